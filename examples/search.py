"""Searches for good settings of a random forest by trying all of them."""

from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV, train_test_split

images, labels = load_digits(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(images, labels, test_size=0.2, random_state=7)

param_grid = {
    "n_estimators": [100, 200, 400],
    "max_depth": [8, 12, 16, None],
    "max_features": ["sqrt", "log2"],
    "min_samples_leaf": [1, 2, 4],
}

search = GridSearchCV(RandomForestClassifier(random_state=7), param_grid, cv=5)
search.fit(x_train, y_train)

print(f"Best settings: {search.best_params_}")
print(f"Accuracy on the test set: {search.score(x_test, y_test):.3f}")
