"""The pages of the console: views render values of control/, orders go through control/orders."""
