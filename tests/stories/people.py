"""The people of the stories, by what they are called there."""

PEOPLE = {
    "the TA": "jem-karuna",
    "the teacher": "tamsin-quillfeather",
    "the office": "dorothea-appiah-lund",
    "the DSL": "isolde-penhallow",
    "the deputy": "gethin-marchbanks",
    "the head": "rafferty-oduya",
    "the owner": "honor-bexwell",
    "the chair": "cressida-wainfleet",
    "the head of year": "idris-hollowell",
}
ROOMS = {
    "staffroom": "staffroom",
    "safeguarding room": "safeguarding",
    "head's room": "head-office",
    "chair's room": "chair",
}
