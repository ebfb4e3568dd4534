/*
 * hints.c: what the fields are for, in words for those who write. The protocol's rules know lengths
 * and forms; this is the rest. A field without a row is shown with its rule alone, so a new kind
 * needs nothing here.
 */
#include "node/cli/say.h"
#include "node/cli/text_fields.h"

#include <string.h>

static const struct {
	const char *kind; /* NULL: any */
	const char *path;
	const char *hint;
} hints[] = {
	{"profile", "title", "your name, or that of your group or city"},
	{"initiative", "title", "what it is called"},
	{NULL, "title", "one line by which people will recognise it"},
	{NULL, "summary", "a few sentences that stand for themselves"},
	{NULL, "place", "town and country code, such as Kavala, GR"},
	{NULL, "place.region", "ISO 3166-2, such as GR-A"},
	{NULL, "place.geonames", "number of the place at geonames.org"},
	{NULL, "time", "such as 2014, 2014-05.. or 2014..2017"},
	{NULL, "sdg", "sustainable development goals or targets, such as 3, 11.3"},
	{NULL, "tags", "themes by which it should be found, such as health, solidarity"},
	{NULL, "level", "does it speak of the innovation, the network, or the context?"},
	{NULL, "area", "does it speak of means, objectives, vision and values, or facts?"},
	{NULL, "voice", "do you speak as I or as WE?"},
	{NULL, "licence", "under which others may use this text, such as CC-BY-4.0"},
	{NULL, "source.url", "where this was taken from"},
	{NULL, "source.id", "its name there"},
	{NULL, "source.retrieved", "when it was taken"},
	{"profile", "roles", "such as broker, facilitator"},
	{"profile", "languages", "in which you can be written to, such as ro, en"},
	{"profile", "recovery_key", "from `kith id`; it can name a new key when yours is lost"},
	{"profile", "contact", "only for closed circles; the commons refuses it"},
	{"practice", "problem", "what was wrong, and for whom"},
	{"practice", "approach", "what you did about it"},
	{"practice", "steps", "what somebody else would do first, then next"},
	{"practice", "conditions", "without which it would not have worked"},
	{"practice", "actors", "who takes part"},
	{"practice", "resources", "what it needs: rooms, hours, money, tools"},
	{"practice", "maturity", "how far it has come"},
	{"practice", "outcome", "bad practice is worth as much as good: say how it went"},
	{"practice", "lessons", "what you would tell a friend who wants to try it"},
	{"initiative", "participants", "who takes part, such as Lublin, PL"},
	{"initiative", "text", "the whole story"},
	{"exchange", "direction", "do you need it, offer it, or could it become one of both?"},
	{"exchange", "what", "what is needed or offered, and for whom"},
	{"exchange", "basis", "free, but not gratis: what is it based on?"},
	{"exchange", "in_return", "what you would be glad of in return"},
	{"exchange", "expires", "after which it need not be answered any more"},
	{"ask", "type", "is it a working question, a question, an idea or a request?"},
	{"ask", "addressed_to", "the keys of those who should answer; empty: whoever knows"},
	{"ask", "due", "by when an answer is of use"},
	{"ask", "text", "is this the real question?"},
	{"statement", "intent", "what it is: a comment, a lesson, an obstacle, a potential …"},
	{"statement", "reason", "why you say so"},
	{"statement", "decision", "of a decision: was it adopted, declined or postponed?"},
	{"stance", "position", "argue about ideas, never about people"},
	{"stance", "reason", "an objection needs one; whoever answers an introduction gives none"},
	{"evaluation", "criteria", "well-being and ill-being in people's own words"},
	{"evaluation", "criteria.codes",
		"to code somebody's criterion: its position there, from 0"},
	{"evaluation", "criteria.dimension", "address of a dimension, best one of a vocabulary"},
	{"evaluation", "criteria.material",
		"is it material, such as money, or not, such as respect?"},
	{"evaluation", "criteria.text", "in the words of those who said it"},
	{"evaluation", "criteria.group", "who said so, such as young parents"},
	{"evaluation", "criteria.n", "how many said so"},
	{"evaluation", "evidence", "what it rests on"},
	{"plan", "vision", "how the city will be when it has worked"},
	{"plan", "objectives", "what shall be reached"},
	{"plan", "means", "approach, partners, money"},
	{"plan", "facts", "what is the case today"},
	{"plan", "personas", "people as they might live here; nobody's portrait"},
	{"plan", "personas.fictional", "yes; a living person is never portrayed"},
	{"action", "state", "undertaken, under way, planned or dropped"},
	{"action", "owner", "who sees to it"},
	{"action", "risk", "what could go wrong"},
	{"action", "indicator", "by what one will see that it worked"},
	{"pact", "parties", "the keys of those who bind themselves"},
	{"pact", "clauses", "who does what until when"},
	{"pact", "rule", "does it hold when all have signed, or a quorum?"},
	{"pact", "quorum", "how many signatures it takes, where the rule is quorum"},
	{"introduction", "a", "the key of the one"},
	{"introduction", "b", "the key of the other"},
	{"introduction", "why", "why the two should know each other"},
	{"label", "value", "one word or two, such as outdated or off-topic"},
	{"label", "reason", "why; a label is an opinion with your name under it"},
	{"vocabulary", "uri", "under which its terms are found"},
	{"vocabulary", "terms", "one for each word; those with the same id mean the same"},
	{"vocabulary", "terms.broader", "the id of a term that includes this one"},
	{"x", "name", "of your own format, such as org.example.minutes"},
	{"x", "data", "in base64"},
};

const char *kith_field_hint_at(size_t i)
{
	return i < sizeof(hints) / sizeof(hints[0]) ? hints[i].hint : NULL;
}

const char *kith_field_hint(const char *kind, const char *path)
{
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (strcmp(hints[i].path, path) == 0 &&
			(!hints[i].kind || strcmp(hints[i].kind, kind) == 0))
			return gettext(hints[i].hint);
	return NULL;
}
