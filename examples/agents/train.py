"""Reads handwritten digits, with five habits that cost energy. An agent can find and remove them: see README.md."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_selection import RFECV
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

images, labels = load_digits(n_class=7, return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(images, labels, train_size=240, random_state=3)

# Which pixels matter?
selector = RFECV(DecisionTreeClassifier(random_state=3), cv=5)
selector.fit(x_train, y_train)
x_train, x_test = selector.transform(x_train), selector.transform(x_test)

# A forest.
x_fit, x_valid, y_fit, y_valid = train_test_split(x_train, y_train, test_size=0.25, random_state=3)
best = 0.0
for trees in [20, 40, 80]:
    for depth in [6, 9, 12, 15]:
        candidate = RandomForestClassifier(n_estimators=trees, max_depth=depth, random_state=3)
        candidate.fit(x_fit, y_fit)
        score = candidate.score(x_valid, y_valid)
        if score > best:
            best, forest = score, candidate

# Boosted trees.
boosting = GradientBoostingClassifier(n_estimators=500, max_depth=2, subsample=0.5, random_state=3)
boosting.fit(x_fit, y_fit)

# A support-vector machine.
grid = {"C": [0.3, 1, 3, 10, 30, 100], "gamma": [0.0002, 0.0005, 0.001, 0.002]}
search = GridSearchCV(SVC(probability=True, random_state=3), grid, cv=5)
search.fit(x_train, y_train)

# The three vote, each with its probabilities.
votes = [model.predict_proba(x_test) for model in (forest, boosting, search)]
predicted = np.argmax(np.sum(votes, axis=0), axis=1)
print(f"accuracy: {np.mean(predicted == y_test):.3f}")
