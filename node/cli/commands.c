/* commands.c: the options and commands there are; see command.h. A new command is a row at the
 * end. */
#include "node/cli/command.h"

#include <string.h>

#include "node/cli/run.h"

/* ---- options ------------------------------------------------------------------------------- */

static const struct kith_option options[KITH_OPT_COUNT] = {
	[KITH_OPT_HELP] = {'h', "help", NULL, KITH_COMPLETE_NONE, "say what the command does"},
	[KITH_OPT_HOME] = {'\0', "home", "DIR", KITH_COMPLETE_FILE,
		"the node's home, instead of $KITH_HOME or ~/.local/share/kith"},
	[KITH_OPT_SOCKET] = {'\0', "socket", "PATH", KITH_COMPLETE_FILE,
		"the node's socket, instead of the one its config.ini names"},
	[KITH_OPT_JSON] = {'j', "json", NULL, KITH_COMPLETE_NONE, "print JSON, one value a line"},

	[KITH_OPT_GROUP_NAME] = {'n', "name", "NAME", KITH_COMPLETE_NONE,
		"the name of the person or group"},
	[KITH_OPT_GROUP_PLACE] = {'p', "place", "PLACE", KITH_COMPLETE_NONE,
		"town and country code, such as \"Kavala, GR\""},
	[KITH_OPT_GROUP_TYPE] = {'t', "type", "TYPE", KITH_COMPLETE_NONE,
		"person, group, city or network"},
	[KITH_OPT_GROUP_LANG] = {'l', "lang", "LANG", KITH_COMPLETE_NONE,
		"the language of your records, such as el or nl-BE"},
	[KITH_OPT_HOST] = {'\0', "host", "HOST", KITH_COMPLETE_NONE,
		"name or address under which partners reach this machine"},
	[KITH_OPT_PORT] = {'\0', "port", "PORT", KITH_COMPLETE_NONE,
		"port to listen on, instead of 7476"},
	[KITH_OPT_PASSPHRASE_FILE] = {'\0', "passphrase-file", "FILE", KITH_COMPLETE_FILE,
		"seal the keys with what this file holds"},
	[KITH_OPT_NO_PASSPHRASE] = {'\0', "no-passphrase", NULL, KITH_COMPLETE_NONE,
		"leave the keys unsealed, for a node that starts unattended"},

	[KITH_OPT_WAIT] = {'w', "wait", NULL, KITH_COMPLETE_NONE,
		"wait until all partners that are not paused are in step"},

	[KITH_OPT_PARTNER_NAME] = {'n', "name", "NAME", KITH_COMPLETE_NONE,
		"what you call the partner"},

	[KITH_OPT_ADAPTS] = {'a', "adapts", "ID", KITH_COMPLETE_NONE,
		"begin with a link that says what this adapts"},
	[KITH_OPT_REVISES] = {'r', "revises", "ID", KITH_COMPLETE_NONE,
		"begin with the text of a record of yours, and a link that says this revises it"},
	[KITH_OPT_TEMPLATE] = {'\0', "template", NULL, KITH_COMPLETE_NONE,
		"print the template instead of opening an editor"},

	[KITH_OPT_RAW] = {'\0', "raw", NULL, KITH_COMPLETE_NONE,
		"print the text form, which kith publish reads"},

	[KITH_OPT_KIND] = {'k', "kind", "KIND", KITH_COMPLETE_KIND, "only records of this kind"},
	[KITH_OPT_TAG] = {'t', "tag", "TAG", KITH_COMPLETE_NONE,
		"only with this tag; case and accents do not count"},
	[KITH_OPT_COUNTRY] = {'c', "country", "CC", KITH_COMPLETE_NONE,
		"only from this country, such as GR"},
	[KITH_OPT_PLACE] = {'p', "place", "NAME", KITH_COMPLETE_NONE,
		"only from places whose name begins so"},
	[KITH_OPT_AUTHOR] = {'a', "author", "KEY", KITH_COMPLETE_NONE,
		"only by this author (author_… or \"me\")"},
	[KITH_OPT_LANG] = {'l', "lang", "LANG", KITH_COMPLETE_NONE,
		"only in this language; nl also finds nl-BE"},
	[KITH_OPT_SINCE] = {'\0', "since", "TIME", KITH_COMPLETE_NONE,
		"only created at or after this year, month, day or time"},
	[KITH_OPT_UNTIL] = {'\0', "until", "TIME", KITH_COMPLETE_NONE,
		"only created before this year, month, day or time"},
	[KITH_OPT_LINKS_TO] = {'\0', "links-to", "ID", KITH_COMPLETE_NONE,
		"only with a link to this record"},
	[KITH_OPT_LINK_TYPE] = {'\0', "type", "TYPE", KITH_COMPLETE_NONE,
		"only links of this type, such as adapts"},
	[KITH_OPT_WHERE] = {'\0', "where", "FIELD=VALUE", KITH_COMPLETE_NONE,
		"only with this choice, such as outcome=failed; may be given several times",
		.repeats = true},
	[KITH_OPT_MENTIONS] = {'\0', "mentions", "KEY", KITH_COMPLETE_NONE,
		"only what names this key (author_… or \"me\"): asks to it, its pacts, …"},
	[KITH_OPT_OLDEST] = {'\0', "oldest", NULL, KITH_COMPLETE_NONE, "the oldest first"},
	[KITH_OPT_LIMIT] = {'\0', "limit", "N", KITH_COMPLETE_NONE, "at most so many"},

	[KITH_OPT_FROM] = {'\0', "from", "CURSOR", KITH_COMPLETE_NONE,
		"go on behind this cursor, as --json printed it"},
	[KITH_OPT_ALL] = {'\0', "all", NULL, KITH_COMPLETE_NONE,
		"begin with everything the node holds"},

	[KITH_OPT_MAP] = {'m', "map", "MAPPING", KITH_COMPLETE_FILE,
		"how rows become records; see MAPPING FILES in kith(1)"},
	[KITH_OPT_DRY_RUN] = {'\0', "dry-run", NULL, KITH_COMPLETE_NONE,
		"publish nothing, only say what would be"},
	[KITH_OPT_KEEP_PERSONAL] = {'\0', "keep-personal", NULL, KITH_COMPLETE_NONE,
		"keep e-mail addresses and telephone numbers"},
	[KITH_OPT_DAYS] = {'\0', "days", "N", KITH_COMPLETE_NONE,
		"asked so many days ago or earlier, instead of 14"},
	[KITH_OPT_TO] = {'\0', "to", "KEY", KITH_COMPLETE_NONE,
		"only what is addressed to this author (author_… or \"me\")"},
	[KITH_OPT_PATH_FROM] = {'\0', "from", "KEY", KITH_COMPLETE_NONE,
		"where the path begins, instead of with you"},
	[KITH_OPT_AS_OF] = {'\0', "as-of", "TIME", KITH_COMPLETE_NONE, "as it stood then"},
	[KITH_OPT_BY] = {'\0', "by", "WHAT", KITH_COMPLETE_NONE, "by state or by theme"},
	[KITH_OPT_DOT] = {'\0', "dot", NULL, KITH_COMPLETE_NONE, "draw it for Graphviz"},
	[KITH_OPT_SVG] = {'\0', "svg", NULL, KITH_COMPLETE_NONE, "draw it as an SVG image"},
	[KITH_OPT_COMPLETION] = {'\0', "completion", "SHELL", KITH_COMPLETE_NONE,
		"print the completion script of bash or zsh"},
};

const struct kith_option *kith_option(enum kith_opt opt)
{
	return &options[opt];
}

/* ---- commands ------------------------------------------------------------------------------ */

#define FIND_OPTIONS                                                                               \
	KITH_OPT_KIND, KITH_OPT_TAG, KITH_OPT_COUNTRY, KITH_OPT_PLACE, KITH_OPT_AUTHOR,            \
		KITH_OPT_LANG, KITH_OPT_SINCE, KITH_OPT_UNTIL, KITH_OPT_LINKS_TO,                  \
		KITH_OPT_LINK_TYPE, KITH_OPT_WHERE, KITH_OPT_MENTIONS, KITH_OPT_OLDEST,            \
		KITH_OPT_LIMIT

#define REPORT_FILTERS                                                                             \
	KITH_OPT_TAG, KITH_OPT_COUNTRY, KITH_OPT_PLACE, KITH_OPT_AUTHOR, KITH_OPT_SINCE,           \
		KITH_OPT_UNTIL, KITH_OPT_LIMIT, KITH_OPT_FROM, KITH_OPT_JSON

static const struct kith_command commands[] = {
	{
		.name = "init",
		.options = {KITH_OPT_GROUP_NAME, KITH_OPT_GROUP_PLACE, KITH_OPT_GROUP_TYPE,
			KITH_OPT_GROUP_LANG, KITH_OPT_HOST, KITH_OPT_PORT, KITH_OPT_PASSPHRASE_FILE,
			KITH_OPT_NO_PASSPHRASE},
		.summary = "make a home: keys, configuration, a first profile",
		.text = "Asks for what was not given. The keys are sealed with a passphrase unless "
			"--no-passphrase says otherwise. The profile waits in the home as "
			"profile.kith: read it, change it, and publish it when the node runs; "
			"nothing is told to anybody before that.",
		.example = "kith init --name \"Kavala solidarity\" --place \"Kavala, GR\" --type "
			   "group",
		.run = kith_run_init,
	},
	{
		.name = "id",
		.options = {KITH_OPT_JSON},
		.summary = "show the keys and the address to hand to partners",
		.text = "Reads the home alone; the node need not run.",
		.example = "kith id",
		.run = kith_run_id,
	},
	{
		.name = "status",
		.options = {KITH_OPT_WAIT, KITH_OPT_JSON},
		.summary = "show the node, its partners, and what is wrong",
		.text = "Says for each partner whether all is exchanged, and if not, why and since "
			"when.",
		.example = "kith status",
		.run = kith_run_status,
	},
	{
		.name = "partner list",
		.options = {KITH_OPT_JSON},
		.summary = "list the partners",
		.text = "Both sides have to name each other before anything is exchanged.",
		.example = "kith partner list",
		.run = kith_run_partner_list,
	},
	{
		.name = "partner add",
		.operands = "ADDRESS",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_PARTNER_NAME, KITH_OPT_JSON},
		.summary = "name a partner, or change the address of one",
		.text = "ADDRESS is the line that the partner's kith id prints. A group key alone "
			"(author_…) names a partner who will call us.",
		.example = "kith partner add --name Kavala "
			   "'kith://node_…@kavala.example:7476?group=author_…'",
		.run = kith_run_partner_add,
	},
	{
		.name = "partner pause",
		.operands = "PARTNER",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_JSON},
		.summary = "exchange nothing with a partner until resumed",
		.text = "PARTNER is its name or the beginning of its key.",
		.example = "kith partner pause Kavala",
		.run = kith_run_partner_pause,
	},
	{
		.name = "partner resume",
		.operands = "PARTNER",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_JSON},
		.summary = "take up a paused exchange again",
		.text = "What was missed meanwhile is caught up.",
		.example = "kith partner resume Kavala",
		.run = kith_run_partner_resume,
	},
	{
		.name = "partner remove",
		.operands = "PARTNER",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_JSON},
		.summary = "end the exchange with a partner",
		.text = "The records that came from the partner stay.",
		.example = "kith partner remove Kavala",
		.run = kith_run_partner_remove,
	},
	{
		.name = "new",
		.operands = "[KIND]",
		.operand_max = 1,
		.complete = KITH_COMPLETE_KIND,
		.options = {KITH_OPT_ADAPTS, KITH_OPT_REVISES, KITH_OPT_GROUP_LANG,
			KITH_OPT_TEMPLATE},
		.summary = "write a record in an editor and publish it",
		.text = "Opens $VISUAL, $EDITOR or vi on a template. An unchanged or empty text "
			"publishes nothing. What a rule refuses is kept, and can be opened again.",
		.example = "kith new practice --adapts 3f2a9c",
		.run = kith_run_new,
	},
	{
		.name = "publish",
		.operands = "FILE…",
		.operand_min = 1,
		.operand_max = 1000,
		.complete = KITH_COMPLETE_FILE,
		.options = {KITH_OPT_JSON},
		.summary = "sign and publish records in text form or JSON",
		.text = "\"-\" is standard input. Prints the id of each record. A file that is "
			"refused does not keep the others from being published.",
		.example = "kith publish pharmacy.kith",
		.run = kith_run_publish,
	},
	{
		.name = "check",
		.operands = "FILE…",
		.operand_min = 1,
		.operand_max = 1000,
		.complete = KITH_COMPLETE_FILE,
		.options = {KITH_OPT_JSON},
		.summary = "say what publish would refuse, and publish nothing",
		.text = "Names file, line, field and rule.",
		.example = "kith check pharmacy.kith",
		.run = kith_run_check,
	},
	{
		.name = "show",
		.operands = "ID…",
		.operand_min = 1,
		.operand_max = 1000,
		.options = {KITH_OPT_JSON, KITH_OPT_RAW},
		.summary = "show records with their links in and out",
		.text = "ID is any beginning of an id that fits one record only.",
		.example = "kith show 3f2a9c",
		.run = kith_run_show,
	},
	{
		.name = "find",
		.operands = "[WORD…]",
		.operand_max = 100,
		.options = {FIND_OPTIONS, KITH_OPT_JSON},
		.summary = "search, newest first",
		.text = "All words must occur; case and accents do not count; a last word ending "
			"in * stands for all that begin so. --where asks for a choice that a kind "
			"of record has; kith help KIND lists them.",
		.example = "kith find --kind practice --country BE housing",
		.run = kith_run_find,
	},
	{
		.name = "links",
		.operands = "ID",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_LINK_TYPE, KITH_OPT_LIMIT, KITH_OPT_JSON},
		.summary = "list the links from and to a record",
		.text = "A record that is not here yet is shown by its id alone.",
		.example = "kith links --type adapts 3f2a9c",
		.run = kith_run_links,
	},
	{
		.name = "lineage",
		.operands = "ID",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_DOT, KITH_OPT_SVG, KITH_OPT_JSON},
		.summary = "show what a practice was adapted from, and all that was adapted",
		.text = "The tree begins where the practice began, whichever of its records ID is. "
			"Each edge says what was kept, what was changed, and why.",
		.example = "kith lineage 3f2a9c\n"
			   "kith lineage --svg 3f2a9c > lineage.svg",
		.run = kith_run_lineage,
	},
	{
		.name = "trace",
		.operands = "ID",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_JSON},
		.summary = "show what became of an idea, with dates",
		.text = "Heard, studied, decided, planned, done. ID is the idea or any record that "
			"followed from it.",
		.example = "kith trace 3f2a9c",
		.run = kith_run_report,
	},
	{
		.name = "plan status",
		.operands = "[ID]",
		.operand_max = 1,
		.options = {KITH_OPT_AS_OF, KITH_OPT_BY, KITH_OPT_JSON},
		.summary = "show a plan in columns: undertaken, under way, future",
		.text = "Without ID it is your newest plan. --by theme makes a column of each "
			"theme "
			"instead. --as-of shows it as it stood on that day.",
		.example = "kith plan status --as-of 2017-03-10 3f2a9c",
		.run = kith_run_plan_status,
	},
	{
		.name = "report failed",
		.options = {REPORT_FILTERS},
		.summary = "list what failed, where and why",
		.text = "Practices whose outcome is failed, newest first. Bad practice is worth as "
			"much as good.",
		.example = "kith report failed --tag housing",
		.run = kith_run_report,
	},
	{
		.name = "report unanswered",
		.options = {KITH_OPT_DAYS, KITH_OPT_TO, REPORT_FILTERS},
		.summary = "list asks that have no answer that counts, oldest first",
		.text = "An answer counts when an addressee wrote it or the asker accepted it.",
		.example = "kith report unanswered --days 30 --to me",
		.run = kith_run_report,
	},
	{
		.name = "report areas",
		.operands = "ID",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_JSON},
		.summary = "show what is said about a working question, by its four areas",
		.text = "Means, objectives, vision and values, observations and facts; says which "
			"of them is empty.",
		.example = "kith report areas 3f2a9c",
		.run = kith_run_report,
	},
	{
		.name = "report cafe",
		.operands = "[ID]",
		.operand_max = 1,
		.options = {REPORT_FILTERS},
		.summary = "show for each case the potentials beside the obstacles",
		.text = "As in a world café. ID shows one case.",
		.example = "kith report cafe --tag housing",
		.run = kith_run_report,
	},
	{
		.name = "report criteria",
		.options = {KITH_OPT_LANG, REPORT_FILTERS},
		.summary = "show well-being and ill-being in people's own words, by dimension",
		.text = "As they are coded in the evaluations or by others later; --lang is the "
			"language of the headings.",
		.example = "kith report criteria --country PL",
		.run = kith_run_report,
	},
	{
		.name = "report dissent",
		.operands = "[ID]",
		.operand_max = 1,
		.options = {REPORT_FILTERS},
		.summary = "show what is objected to, beside who supports it",
		.text = "With every reason; the latest stance of each author counts. ID shows the "
			"stances on one record.",
		.example = "kith report dissent",
		.run = kith_run_report,
	},
	{
		.name = "report silence",
		.options = {KITH_OPT_AUTHOR, KITH_OPT_SINCE, KITH_OPT_UNTIL, KITH_OPT_LIMIT,
			KITH_OPT_JSON},
		.summary = "show who has been asked and has not spoken",
		.text = "Pacts without all signatures, introductions and asks without an answer, "
			"what one alone says as WE; oldest first.",
		.example = "kith report silence",
		.run = kith_run_report,
	},
	{
		.name = "match",
		.operands = "[ID]",
		.operand_max = 1,
		.options = {KITH_OPT_LIMIT, KITH_OPT_JSON},
		.summary = "show needs beside offers that could meet them, and why",
		.text = "For one exchange, or for all of yours. It proposes and contacts nobody.",
		.example = "kith match",
		.run = kith_run_report,
	},
	{
		.name = "check-fit",
		.operands = "ID",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_PLACE, KITH_OPT_COUNTRY, KITH_OPT_JSON},
		.summary = "show which conditions of a practice are unmet at a place",
		.text = "By what people from there say. There is no score. --place may name the "
			"country too.",
		.example = "kith check-fit --place \"Seoul, KR\" 3f2a9c",
		.run = kith_run_check_fit,
	},
	{
		.name = "path",
		.operands = "KEY",
		.operand_min = 1,
		.operand_max = 1,
		.options = {KITH_OPT_PATH_FROM, KITH_OPT_JSON},
		.summary = "show who introduced you to somebody",
		.text = "The shortest path of people, by introductions that both sides accepted.",
		.example = "kith path author_…",
		.run = kith_run_path,
	},
	{
		.name = "balance",
		.operands = "[KEY]",
		.operand_max = 1,
		.options = {KITH_OPT_SINCE, KITH_OPT_UNTIL, KITH_OPT_LIMIT, KITH_OPT_FROM,
			KITH_OPT_JSON},
		.summary = "list what somebody has given and received",
		.text = "KEY is an author, you when it is not given. It is listed, never scored.",
		.example = "kith balance",
		.run = kith_run_balance,
	},
	{
		.name = "digest",
		.options = {KITH_OPT_TO, REPORT_FILTERS},
		.summary = "show what is new, by level",
		.text = "What is asked of you comes first; then the innovation, the network, the "
			"context. Of the last week, unless --since says otherwise.",
		.example = "kith digest --since 2026-05-01",
		.run = kith_run_report,
	},
	{
		.name = "follow",
		.options = {KITH_OPT_FROM, KITH_OPT_ALL, KITH_OPT_KIND, KITH_OPT_LIMIT,
			KITH_OPT_JSON},
		.summary = "print records as they arrive",
		.text = "Goes on until interrupted, or until --limit. With --json each line holds "
			"a cursor from which --from goes on.",
		.example = "kith follow --kind practice",
		.run = kith_run_follow,
	},
	{
		.name = "import",
		.operands = "FILE",
		.operand_min = 1,
		.operand_max = 1,
		.complete = KITH_COMPLETE_FILE,
		.options = {KITH_OPT_MAP, KITH_OPT_DRY_RUN, KITH_OPT_LIMIT, KITH_OPT_KEEP_PERSONAL,
			KITH_OPT_JSON},
		.summary = "publish the rows of a table or the lines of an export",
		.text = "Reads CSV and JSON lines by a mapping file; without one, lines that kith "
			"export wrote, or drafts. What is there already, by its source, is left "
			"alone, so an import that was interrupted is simply run again.",
		.example = "kith import --dry-run --map networks.map networks.csv",
		.run = kith_run_import,
	},
	{
		.name = "export",
		.operands = "[WORD…]",
		.operand_max = 100,
		.options = {FIND_OPTIONS},
		.summary = "print records as JSON lines that import reads",
		.text = "Each line holds the signed bytes as well, so that the ids stay the same.",
		.example = "kith export --author me > ours.jsonl",
		.run = kith_run_export,
	},
	{
		.name = "rpc",
		.operands = "METHOD [JSON]",
		.operand_min = 1,
		.operand_max = 2,
		.summary = "call a method of the node's API",
		.text = "Prints the result as JSON. kith help METHOD says what it takes; "
			"kith rpc rpc.discover lists them all.",
		.example = "kith rpc record.find '{\"tag\": \"health\"}'",
		.run = kith_run_rpc,
	},
	{
		.name = "help",
		.operands = "[COMMAND|METHOD|KIND]",
		.operand_max = 2,
		.complete = KITH_COMPLETE_COMMAND,
		.options = {KITH_OPT_COMPLETION},
		.summary = "explain a command, a method of the API, or a kind of record",
		.text = "Without an argument, lists the commands.",
		.example = "kith help practice",
		.run = kith_run_help,
	},
	{
		.name = "version",
		.options = {KITH_OPT_JSON},
		.summary = "print the version",
		.text = "That of the command; kith status shows that of the node.",
		.example = "kith version",
		.run = kith_run_version,
	},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

const struct kith_command *kith_command_at(size_t i)
{
	return i < COMMANDS ? &commands[i] : NULL;
}

/* Does the name consist of the first *used of the words? */
static bool is_named(const char *name, char *const *words, size_t count, size_t *used)
{
	for (*used = 0; *used < count; (*used)++) {
		size_t len = strlen(words[*used]);

		if (strncmp(name, words[*used], len) != 0)
			return false;
		if (name[len] == '\0') {
			(*used)++;
			return true;
		}
		if (name[len] != ' ')
			return false;
		name += len + 1;
	}
	return false;
}

const struct kith_command *kith_command_find(char *const *words, size_t count, size_t *used)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (is_named(commands[i].name, words, count, used))
			return &commands[i];
	*used = 0;
	return NULL;
}

enum kith_opt kith_command_option(const struct kith_command *command, size_t i)
{
	static const enum kith_opt common[] = {KITH_OPT_HOME, KITH_OPT_SOCKET, KITH_OPT_HELP};
	size_t own = 0;

	while (own < KITH_COMMAND_OPTIONS && command->options[own] != KITH_OPT_END)
		own++;
	if (i < own)
		return command->options[i];
	return i - own < sizeof(common) / sizeof(common[0]) ? common[i - own] : KITH_OPT_END;
}
