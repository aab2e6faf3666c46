from . import test_browser, test_people
