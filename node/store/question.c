/* question.c: see question.h. */
#include "node/store/question.h"

#include <string.h>

#include "node/store/fold.h"
#include "node/store/where.h"

#define WORDS_MAX          32
#define QUESTION_MAX_BYTES 16384

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
	and(out);
	kith_write_u8(out, '"');
	kith_write(out, word, len);
	kith_write_u8(out, '"');
}

/* The last word is a beginning, if so. */
static int quote_words(
	struct kith_question *question, const struct kith_buf *words, bool last_begins)
{
	size_t count = 0;

	for (size_t i = 0; i < words->len; i++) {
		size_t begin = i;

		while (i < words->len && words->data[i] != ' ')
			i++;
		if (++count > WORDS_MAX)
			return KITH_E_RULE;
		if (!last_begins || i < words->len) {
			quote(&question->exact, words->data + begin, i - begin);
			continue;
		}
		quote(&question->begins, words->data + begin, i - begin);
		kith_write(&question->begins, " *", 2);
	}
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

static int add_words(struct kith_question *question, const char *text)
{
	struct kith_buf words;
	int err = 0;

	kith_buf_init(&words, QUESTION_MAX_BYTES);
	if (kith_fold(text, strlen(text), ' ', &words) == 0 ||
		(ends_in_star(text) && says_too_little(&words)))
		err = KITH_E_RULE;
	if (!err)
		err = quote_words(question, &words, ends_in_star(text));
	if (!err)
		err = kith_buf_err(&words);
	kith_buf_clear(&words);
	return err;
}

static int add_texts(struct kith_buf *facets, const struct kith_find *find)
{
	if (find->tag && !kith_facet_text(facets, 't', find->tag))
		return KITH_E_RULE;
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

static int add_place(struct kith_question *question, const char *place)
{
	struct kith_buf facet;
	int err = 0;

	kith_buf_init(&facet, QUESTION_MAX_BYTES);
	if (!kith_facet_text(&facet, 'p', place))
		err = KITH_E_RULE;
	if (!err)
		err = quote_words(question, &facet, true);
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
		err = quote_words(question, &facets, false);
	if (!err)
		err = kith_buf_err(&facets);
	kith_buf_clear(&facets);
	return err;
}

int kith_question_ask(const struct kith_find *find, struct kith_question *question)
{
	int err = add_facets(question, find);

	if (!err && find->place)
		err = add_place(question, find->place);
	if (!err && find->words)
		err = add_words(question, find->words);
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
