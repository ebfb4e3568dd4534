/* question.c: see question.h. */
#include "node/store/question.h"

#include <string.h>

#include "node/store/fold.h"
#include "node/store/where.h"

#define WORDS_MAX          32
#define QUESTION_MAX_BYTES 65536
#define GROUP_MAX_BYTES    1024 /* of one word and all that it is called as well */
#define OR                 " OR "
#define TERM_WORDS_MAX     4 /* "social pharmacy" has two */

void kith_question_init(struct kith_question *question)
{
	kith_buf_init(&question->exact, QUESTION_MAX_BYTES);
	kith_buf_init(&question->begins, QUESTION_MAX_BYTES);
	kith_buf_init(&question->full, 2 * QUESTION_MAX_BYTES + 5);
}

void kith_question_clear(struct kith_question *question)
{
	kith_buf_clear(&question->exact);
	kith_buf_clear(&question->begins);
	kith_buf_clear(&question->full);
}

static void and (struct kith_buf * out)
{
	if (out->len)
		kith_write(out, " AND ", 5);
}

/* In quotes, so that it is not taken for an operator. A word has no quotes in it. */
static void quote(struct kith_buf *out, const uint8_t *word, size_t len)
{
	kith_write_u8(out, '"');
	kith_write(out, word, len);
	kith_write_u8(out, '"');
}

static void and_quote(struct kith_buf *out, const uint8_t *word, size_t len)
{
	and(out);
	quote(out, word, len);
}

/* ---- what is called differently ------------------------------------------------------------ */

/* The ways to say a word: "a" OR ("b" AND "c"). */
struct group {
	struct kith_buf ways;
	char facet; /* 't': they are tags, a word each; 0: words of a text */
	size_t count;
};

/* Words with single spaces between them, all of which are to occur. */
static void write_way(struct kith_buf *out, const struct kith_buf *words)
{
	bool several = memchr(words->data, ' ', words->len) != NULL;

	if (several)
		kith_write_u8(out, '(');
	for (size_t i = 0; i < words->len; i++) {
		size_t begin = i;

		while (i < words->len && words->data[i] != ' ')
			i++;
		if (begin)
			kith_write(out, " AND ", 5);
		quote(out, words->data + begin, i - begin);
	}
	if (several)
		kith_write_u8(out, ')');
}

/* A way that is there already would count twice in the rank. */
static bool has_way(const struct kith_buf *ways, const struct kith_buf *way)
{
	const uint8_t *end = ways->data + ways->len;
	const uint8_t *at = ways->len ? ways->data : NULL;

	while (at && (size_t)(end - at) >= way->len) {
		const uint8_t *next = memmem(at, (size_t)(end - at), OR, strlen(OR));
		size_t len = (size_t)((next ? next : end) - at);

		if (len == way->len && memcmp(at, way->data, len) == 0)
			return true;
		at = next ? next + strlen(OR) : NULL;
	}
	return false;
}

static void add_way(struct group *group, const struct kith_buf *words, size_t max)
{
	struct kith_buf way;

	kith_buf_init(&way, max);
	write_way(&way, words);
	if (!kith_buf_err(&way) && group->ways.len + way.len < max &&
		!has_way(&group->ways, &way)) {
		if (group->ways.len)
			kith_write(&group->ways, OR, strlen(OR));
		kith_write(&group->ways, way.data, way.len);
		group->count++;
	}
	kith_buf_clear(&way);
}

static void add_label(void *ctx, const char *label)
{
	struct group *group = ctx;
	struct kith_buf words;

	kith_buf_init(&words, GROUP_MAX_BYTES);
	if (group->facet ? kith_facet_text(&words, group->facet, label)
			 : kith_fold(label, strlen(label), ' ', &words) > 0)
		if (!kith_buf_err(&words))
			add_way(group, &words, GROUP_MAX_BYTES);
	kith_buf_clear(&words);
}

/* Appends the words, or what they are called as well; with_single: also where they are called
 * nothing else. Whether it did. */
static bool add_same(struct kith_question *question, const struct kith_same *same, char facet,
	const uint8_t *words, size_t len, bool with_single)
{
	struct group group = {.facet = facet};
	struct kith_buf own, key;

	kith_buf_init(&group.ways, QUESTION_MAX_BYTES);
	kith_buf_init(&own, QUESTION_MAX_BYTES);
	kith_buf_init(&key, QUESTION_MAX_BYTES);
	kith_write(&own, words, len);
	kith_write(&key, words + (facet ? 2 : 0), len - (facet ? 2 : 0)); /* behind "=t" */
	for (size_t i = 0; i < key.len; i++)
		if (key.data[i] == ' ')
			key.data[i] = '.';
	kith_write_u8(&key, '\0');
	add_way(&group, &own, QUESTION_MAX_BYTES);
	if (same && !kith_buf_err(&key))
		same->each(same->ctx, (const char *)key.data, add_label, &group);
	with_single |= group.count > 1;
	if (group.count == 0)
		question->exact.err = KITH_E_NOMEM;
	if (with_single) {
		and(&question->exact);
		if (group.count > 1)
			kith_write_u8(&question->exact, '(');
		kith_write(&question->exact, group.ways.data, group.ways.len);
		if (group.count > 1)
			kith_write_u8(&question->exact, ')');
	}
	kith_buf_clear(&group.ways);
	kith_buf_clear(&own);
	kith_buf_clear(&key);
	return with_single;
}

/* ---- words --------------------------------------------------------------------------------- */

struct piece {
	size_t begin, len;
};

/* The words from the first on that are called something else together, as many as can be; at least
 * one. Returns how many. */
static size_t take_term(struct kith_question *question, const struct kith_same *same,
	const struct kith_buf *words, const struct piece *pieces, size_t left)
{
	size_t most = left < TERM_WORDS_MAX ? left : TERM_WORDS_MAX;

	for (size_t n = same ? most : 1; n > 0; n--) {
		const struct piece *last = &pieces[n - 1];

		if (add_same(question, same, '\0', words->data + pieces[0].begin,
			    last->begin + last->len - pieces[0].begin, n == 1))
			return n;
	}
	return 1;
}

/* The last word is a beginning, if so. */
static int quote_terms(struct kith_question *question, const struct kith_same *same,
	const struct kith_buf *words, bool last_begins)
{
	struct piece pieces[WORDS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < words->len; i++) {
		size_t begin = i;

		while (i < words->len && words->data[i] != ' ')
			i++;
		if (count == WORDS_MAX)
			return KITH_E_RULE;
		pieces[count++] = (struct piece){begin, i - begin};
	}
	if (last_begins && count) {
		const struct piece *last = &pieces[--count];

		and_quote(&question->begins, words->data + last->begin, last->len);
		kith_write(&question->begins, " *", 2);
	}
	for (size_t i = 0; i < count;)
		i += take_term(question, same, words, &pieces[i], count - i);
	return 0;
}

static bool ends_in_star(const char *text)
{
	size_t len = strlen(text);

	while (len && text[len - 1] == ' ')
		len--;
	return len && text[len - 1] == '*';
}

/* A beginning must say something. */
static bool says_too_little(const struct kith_buf *words)
{
	size_t len = 0;

	while (len < words->len && words->data[words->len - 1 - len] != ' ')
		len++;
	return len < KITH_PREFIX_MIN_BYTES;
}

static int add_words(struct kith_question *question, const struct kith_same *same, const char *text)
{
	struct kith_buf words;
	int err = 0;

	kith_buf_init(&words, QUESTION_MAX_BYTES);
	if (kith_fold(text, strlen(text), ' ', &words) == 0 ||
		(ends_in_star(text) && says_too_little(&words)))
		err = KITH_E_RULE;
	if (!err)
		err = quote_terms(question, same, &words, ends_in_star(text));
	if (!err)
		err = kith_buf_err(&words);
	kith_buf_clear(&words);
	return err;
}

static int add_texts(struct kith_buf *facets, const struct kith_find *find)
{
	if (find->country && !kith_facet_text(facets, 'c', find->country))
		return KITH_E_RULE;
	if (find->lang && !kith_facet_text(facets, 'l', find->lang))
		return KITH_E_RULE;
	return 0;
}

static int add_where(struct kith_buf *facets, const struct kith_find *find)
{
	const ProtobufCFieldDescriptor *field;
	int value;
	int err = find->where_count > KITH_WHERE_MAX ? KITH_E_RULE : 0;

	for (size_t i = 0; !err && i < find->where_count; i++) {
		err = kith_where_resolve(find->kind, &find->where[i], &field, &value, NULL);
		if (!err)
			kith_facet_choice(facets, field, value);
	}
	return err;
}

static int add_tag(struct kith_question *question, const struct kith_find *find)
{
	struct kith_buf facet;
	int err = 0;

	kith_buf_init(&facet, QUESTION_MAX_BYTES);
	if (!kith_facet_text(&facet, 't', find->tag))
		err = KITH_E_RULE;
	if (!err)
		err = kith_buf_err(&facet);
	if (!err)
		add_same(question, find->exact_tag ? NULL : find->same, 't', facet.data, facet.len,
			true);
	kith_buf_clear(&facet);
	return err;
}

/* By any of them. */
static void add_authors(struct kith_question *question, const struct kith_find *find)
{
	and(&question->exact);
	for (size_t i = 0; i < find->author_count; i++) {
		struct kith_buf facet;

		kith_buf_init(&facet, QUESTION_MAX_BYTES);
		kith_facet_author(&facet, &find->authors[i]);
		kith_write(&question->exact, i ? OR : "(", i ? strlen(OR) : 1);
		quote(&question->exact, facet.data, facet.len);
		kith_buf_clear(&facet);
	}
	kith_write_u8(&question->exact, ')');
}

static int add_place(struct kith_question *question, const char *place)
{
	struct kith_buf facet;
	int err = 0;

	kith_buf_init(&facet, QUESTION_MAX_BYTES);
	if (!kith_facet_text(&facet, 'p', place))
		err = KITH_E_RULE;
	if (!err)
		err = quote_terms(question, NULL, &facet, true);
	if (!err)
		err = kith_buf_err(&facet);
	kith_buf_clear(&facet);
	return err;
}

static int add_facets(struct kith_question *question, const struct kith_find *find)
{
	struct kith_buf facets;
	int err;

	kith_buf_init(&facets, QUESTION_MAX_BYTES);
	if (find->kind)
		kith_facet_kind(&facets, find->kind);
	if (find->author)
		kith_facet_author(&facets, find->author);
	if (find->target)
		kith_facet_target(&facets, find->target, find->link_type);
	if (find->mentions)
		kith_facet_mention(&facets, find->mentions);
	err = add_texts(&facets, find);
	if (!err)
		err = add_where(&facets, find);
	if (!err)
		err = quote_terms(question, NULL, &facets, false);
	if (!err)
		err = kith_buf_err(&facets);
	kith_buf_clear(&facets);
	return err;
}

int kith_question_ask(const struct kith_find *find, struct kith_question *question)
{
	int err = add_facets(question, find);

	if (!err && find->tag)
		err = add_tag(question, find);
	if (!err && find->author_count)
		add_authors(question, find);
	if (!err && find->place)
		err = add_place(question, find->place);
	if (!err && find->words)
		err = add_words(question, find->same, find->words);
	kith_write(&question->full, question->exact.data, question->exact.len);
	if (question->begins.len)
		and(&question->full);
	kith_write(&question->full, question->begins.data, question->begins.len);
	if (!err)
		err = kith_buf_err(&question->full);
	if (!err)
		err = kith_buf_err(&question->exact);
	if (!err)
		err = kith_buf_err(&question->begins);
	return err == KITH_E_TOO_LARGE ? KITH_E_RULE : err;
}

/* ---- asking a record ----------------------------------------------------------------------- */

/* Words have single spaces between them. */
static bool has_beginning(const struct kith_buf *column, const uint8_t *word, size_t len)
{
	const uint8_t *at = column->data;
	size_t left = column->len;

	while (left >= len) {
		const uint8_t *space;

		if (memcmp(at, word, len) == 0)
			return true;
		space = memchr(at, ' ', left);
		if (!space)
			return false;
		left -= (size_t)(space + 1 - at);
		at = space + 1;
	}
	return false;
}

static int weight_of(const struct kith_words *words, const uint8_t *word, size_t len)
{
	int weight = -1;

	for (int i = 0; i < KITH_COLUMNS; i++)
		if (has_beginning(&words->column[i], word, len))
			weight = (weight < 0 ? 0 : weight) + kith_column_weight(i);
	return weight;
}

int kith_question_weigh(const struct kith_buf *begins, const struct kith_words *words)
{
	const uint8_t *end = begins->data + begins->len;
	const uint8_t *open = memchr(begins->data, '"', begins->len);
	int total = 0;

	while (open) {
		const uint8_t *close = memchr(open + 1, '"', (size_t)(end - open - 1));
		int weight;

		if (!close)
			return -1; /* cannot be: quotes come in pairs */
		weight = weight_of(words, open + 1, (size_t)(close - open - 1));
		if (weight < 0)
			return -1;
		total += weight;
		open = memchr(close + 1, '"', (size_t)(end - close - 1));
	}
	return total;
}
