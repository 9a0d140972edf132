// Times in the viewer's own zone; the page has them in UTC, which stays on hover.
const local = new Intl.DateTimeFormat(undefined, {
  day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
});
for (const time of document.querySelectorAll("time[datetime]")) {
  const told = local.format(new Date(time.dateTime));
  time.title = time.dateTime;
  time.textContent = time.dataset.relative === undefined ? told : `${time.textContent} (${told})`;
}
