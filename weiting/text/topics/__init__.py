"""Topics and hot words: which messages speak of one matter, which words burst against their own past, which are new.

    topics = Topics()
    for message in messages: topics.add(message)
    for topic in topics.found(): print(topic.heat, topic.title, topic.place, topic.members)

One pass; a table read at once and a stream of its rows give the same answer, since both go the same way.
"""

from weiting.text.topics.bursts import Burst, Bursts
from weiting.text.topics.grouping import Topic, Topics
from weiting.text.topics.words import NewWord, NewWords

__all__ = ["Burst", "Bursts", "NewWord", "NewWords", "Topic", "Topics"]
