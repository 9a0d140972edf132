"""What a history is drawn from: every move with its weight."""

from tests.convergence.moves import ashby, charthop, hires, weather, workers
from tests.convergence.world import Moves

HIRES = [
    (14, hires.offer),
    (12, hires.hire),
    (3, hires.archive_application),
    (2, hires.unhire),
    (4, hires.revise),
    (2, hires.accept_again),
    (3, hires.move_start),
    (2, hires.change_opening),
    (2, hires.add_address),
    (2, hires.same_address),
    (1, hires.former_colleague),
    (1, hires.refuse_a_value),
    (1, hires.cancel_in_charthop),
]
"""What people do about hires; a part of the histories is about them most of all."""

MOVES = Moves(
    people=[
        (5, charthop.new_job),
        (10, charthop.edit_job),
        (14, charthop.recruit),
        (2, charthop.delete_job),
        (1, charthop.fill_job),
        (1, charthop.open_again),
        (1, charthop.confide),
        (2, charthop.change_options),
        (1, charthop.relabel),
        (1, charthop.rename_group),
        (5, ashby.edit_opening),
        (5, ashby.set_state),
        (2, ashby.archive),
        (2, ashby.delete_opening),
        (2, ashby.clear_link),
        (1, ashby.type_status),
        (2, ashby.type_value),
        (3, ashby.make_opening),
        (1, ashby.copy_link),
        (3, ashby.change_places),
        (1, ashby.change_choices),
        (1, workers.tick),
        *HIRES,
    ],
    weather=[
        (10, weather.bad_weather),
        (6, weather.bad_weather_at_charthop),
        (1, weather.short_list),
        (5, weather.kill_worker),
        (4, weather.empty_redis_in_the_middle),
        (1, workers.empty_redis),
        (5, weather.meanwhile),
        (6, weather.change_of_mind),
        (1, weather.forget_tokens),
        (2, weather.late_lists),
    ],
    workers=[
        (10, workers.sync_whole),
        (6, workers.start_sync),
        (6, workers.work_some),
        (2, workers.repeat_message),
        (1, workers.lose_message),
        (1, workers.send_record),
    ],
)

HIRING = Moves(
    people=[*HIRES, (2, charthop.recruit), (1, charthop.edit_job), (1, ashby.set_state)],
    weather=MOVES.weather,
    workers=MOVES.workers,
)
