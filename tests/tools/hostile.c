/*
 * hostile: a partner that means no good, one way at a time.
 *
 *     hostile key SEED                              prints its group's key
 *     hostile BEHAVIOUR SEED PORT NODE [COUNT]      calls 127.0.0.1:PORT and misbehaves
 *     hostile answer-BEHAVIOUR SEED [COUNT]         prints its address, waits to be called
 *
 * SEED, 1 to 255, chooses its keys. It prints "connected", then "said" when it has done all that it
 * does by itself, and at the end "ended bye N" or "ended cut"; a behaviour that calls again and
 * again ends with the refusal of its call. Status 0; 2 for a misstep of its own.
 */
#include "tests/tools/hostile_ways.h"

/* ---- the table ------------------------------------------------------------------------------- */

struct behaviour {
	const char *name;
	void (*prepare)(struct talk *talk); /* before the call */
	void (*step)(struct talk *talk);    /* at most COUNT times, or for ever */
	void (*hear)(struct talk *talk, uint8_t type, struct kith_cursor *payload);
	bool once;  /* one step, then it only listens */
	bool again; /* when it ends, it calls again, until it is refused */
	bool deaf;  /* never reads after the handshake */
	bool mute;  /* after its step it says nothing, to a PING neither */
	uint64_t scope_count;
};

static const struct behaviour behaviours[] = {
	{.name = "nothing"},
	{.name = "pings", .step = pings},
	{.name = "pings-unread", .step = pings, .deaf = true},
	{.name = "unknown-messages", .step = unknown_messages},
	{.name = "prunes", .step = prunes},
	{.name = "nudges", .step = nudges},
	{.name = "ihaves", .step = ihaves},
	{.name = "grafts", .step = grafts},
	{.name = "unavailables", .step = unavailables},
	{.name = "repeats", .step = repeats},
	{.name = "pulls", .step = pull, .hear = pull_again, .once = true},
	{.name = "pulls-unread", .step = pull, .once = true, .deaf = true},
	{.name = "wants", .step = pull, .hear = want_again, .once = true},
	{.name = "authors", .prepare = lay_in_authors, .step = authors},
	{.name = "one-author", .prepare = lay_in_one_author, .step = one_author},
	{.name = "forged", .step = forged},
	{.name = "future", .step = future, .once = true},
	{.name = "foreign", .step = foreign, .once = true},
	{.name = "unasked", .step = unasked, .once = true},
	{.name = "lying-length", .step = lying_length, .once = true},
	{.name = "second-scope", .step = second_scope, .once = true},
	{.name = "withhold", .step = withhold, .once = true, .again = true},
	{.name = "wrong-sums", .step = wrong_sums, .hear = ask_on, .once = true},
	{.name = "endless", .step = wrong_sums, .hear = begin_anew, .once = true},
	{.name = "answer-wrongly", .hear = answer_wrongly, .again = true, .scope_count = 3},
	{.name = "garbage", .step = garbage, .once = true},
	{.name = "short-frame", .step = short_frame, .once = true},
	{.name = "flipped", .step = flipped, .once = true},
	{.name = "replay", .step = replay, .once = true},
	{.name = "slow", .step = half_a_frame, .once = true, .mute = true},
	{.name = "cuts", .step = cut, .once = true, .again = true},
	{.name = "byes", .step = say_bye, .once = true, .again = true},
};

static const struct behaviour *find(const char *name)
{
	for (size_t i = 0; i < sizeof(behaviours) / sizeof(behaviours[0]); i++)
		if (strcmp(behaviours[i].name, name) == 0)
			return &behaviours[i];
	fprintf(stderr, "hostile: no behaviour is called %s\n", name);
	exit(2);
}

/* ---- running --------------------------------------------------------------------------------- */

static void tell(const char *what)
{
	puts(what);
	fflush(stdout);
}

/* Once connected, until the other side ends it. */
static void misbehave(struct talk *talk, const struct behaviour *behaviour, size_t count)
{
	size_t steps = behaviour->once ? 1 : behaviour->step ? count : 0;

	say_scope(talk);
	seal(talk);
	while (!talk->over && talk->out.len)
		exchange(talk, false);
	while (!talk->over && steps > 0) {
		behaviour->step(talk);
		steps--;
		exchange(talk, false);
		while (!talk->over && talk->out.len)
			exchange(talk, false);
	}
	if (!behaviour->again)
		tell("said");
	while (!talk->over) {
		if (behaviour->mute) {
			kith_session_free(talk->session);
			talk->session = NULL;
		}
		exchange(talk, true);
	}
}

static void report(const struct talk *talk)
{
	char line[64];

	snprintf(line, sizeof(line), talk->bye < 0 ? "ended cut" : "ended bye %d", talk->bye);
	tell(line);
}

static void run_caller(struct talk *talk, const struct behaviour *behaviour, size_t count)
{
	bool first = true;

	if (behaviour->prepare)
		behaviour->prepare(talk);
	while (call(talk)) {
		if (first)
			tell("connected");
		first = false;
		misbehave(talk, behaviour, count);
		if (!behaviour->again || talk->bye == KITH_BYE_PROTOCOL)
			break;
	}
	report(talk);
}

static void run_answerer(struct talk *talk, const struct behaviour *behaviour, size_t count)
{
	char node[KITH_ID_TEXT_MAX], group[KITH_ID_TEXT_MAX];
	int listener = listen_somewhere(&talk->port);

	kith_id_format(KITH_ID_NODE, talk->node.public_key.bytes, node);
	kith_id_format(KITH_ID_AUTHOR, talk->group.public_key.bytes, group);
	printf("kith://%s@127.0.0.1:%u?group=%s\n", node, (unsigned)talk->port, group);
	fflush(stdout);
	do {
		if (answer(talk, listener))
			misbehave(talk, behaviour, count);
	} while (behaviour->again && talk->bye != KITH_BYE_PROTOCOL);
	report(talk);
}

int main(int argc, char **argv)
{
	const struct behaviour *behaviour;
	char text[KITH_ID_TEXT_MAX];
	static struct talk talk;
	size_t count;

	MUST(argc >= 3 && kith_keys_init() == 0);
	talk_init(&talk, (uint8_t)atoi(argv[2]));
	if (strcmp(argv[1], "key") == 0) {
		kith_id_format(KITH_ID_AUTHOR, talk.group.public_key.bytes, text);
		tell(text);
		return 0;
	}
	behaviour = find(argv[1]);
	talk.hear = behaviour->hear;
	talk.deaf = behaviour->deaf;
	talk.scope_count = behaviour->scope_count;
	if (strncmp(argv[1], "answer-", 7) == 0) {
		count = argc > 3 ? strtoull(argv[3], NULL, 10) : SIZE_MAX;
		run_answerer(&talk, behaviour, count);
		return 0;
	}
	MUST(argc >= 5 && kith_id_parse(KITH_ID_NODE, argv[4], talk.remote.bytes, NULL) == 0);
	talk.port = (uint16_t)atoi(argv[3]);
	count = argc > 5 ? strtoull(argv[5], NULL, 10) : SIZE_MAX;
	run_caller(&talk, behaviour, count);
	hang_up(&talk);
	return 0;
}
