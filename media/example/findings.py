# Waste in training code: an example that is only read.
# Nothing here is run, and nothing is saved.
#
# Above each wasteful line, a CodeLens says what it costs
# and the way out. Ctrl+. (Cmd+.) on a marked name fixes it.
import boto3
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV
from tensorflow import keras

# 4 x 6 x 3 combinations, 5 folds each, and one fit of the best.
grid = {
    "n_estimators": [50, 100, 200, 400],
    "max_depth": [2, 4, 8, 16, 32, None],
    "max_features": [0.3, 0.6, "sqrt"],
}
search = GridSearchCV(RandomForestClassifier(), grid, cv=5)
search.fit(X_train, y_train)

# Trains for 500 epochs, even if it stops improving after 30.
model = keras.Sequential(
    [
        keras.Input((64,)),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(10),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
model.fit(X_train, y_train, validation_split=0.2, epochs=500)

# The grid behind a region decides what a kilowatt-hour emits.
batch = boto3.client("batch", region_name="ap-south-1")
