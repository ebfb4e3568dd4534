/* queue.c: see queue.h. */
#include "node/api/queue.h"

#include "node/api/call.h"

void kith_queue_init(struct kith_queue *queue)
{
	*queue = (struct kith_queue){.first = NULL};
	queue->last = &queue->first;
	queue->waiting = &queue->first;
}

void kith_queue_clear(struct kith_queue *queue)
{
	struct kith_call *call = queue->first, *next;

	for (; call; call = next) {
		next = call->next;
		call->client = NULL;
		if (call->state != KITH_CALL_RUNNING)
			kith_call_free(call);
	}
	kith_queue_init(queue);
}

void kith_queue_append(struct kith_queue *queue, struct kith_call *call)
{
	call->next = NULL;
	*queue->last = call;
	queue->last = &call->next;
	queue->count++;
	queue->ahead_bytes += call->cost;
}

/* Around the answers of a batch stand brackets, between them commas. */
static void write_answer(
	struct kith_queue *queue, const struct kith_call *call, struct kith_buf *out)
{
	if (call->in_batch && call->batch_first) {
		queue->batch_open = true;
		queue->batch_answered = false;
	}
	if (call->id) {
		if (call->in_batch)
			kith_write(out, queue->batch_answered ? "," : "[", 1);
		kith_call_write(call, out);
		queue->batch_answered = true;
		if (!call->in_batch)
			kith_write(out, "\n", 1);
	}
	if (call->in_batch && call->batch_last) {
		if (queue->batch_answered)
			kith_write(out, "]\n", 2);
		queue->batch_open = false;
	}
}

static void take_first(struct kith_queue *queue)
{
	struct kith_call *call = queue->first;

	if (queue->waiting == &call->next)
		queue->waiting = &queue->first;
	if (queue->last == &call->next)
		queue->last = &queue->first;
	queue->first = call->next;
	queue->count--;
	queue->ahead_bytes -= call->cost;
}

void kith_queue_collect(struct kith_queue *queue, struct kith_buf *out)
{
	while (queue->first && queue->first->state == KITH_CALL_DONE) {
		struct kith_call *call = queue->first;

		/* One that was refused has never begun. */
		if (queue->waiting == &queue->first)
			queue->waiting = &call->next;
		take_first(queue);
		write_answer(queue, call, out);
		kith_call_free(call);
	}
}

bool kith_queue_begin_next(struct kith_queue *queue)
{
	struct kith_call *call;

	while ((call = *queue->waiting) && call->state != KITH_CALL_WAITING)
		queue->waiting = &call->next;
	if (!call || (queue->running > 0 && !(call->method->overlaps && queue->running_overlap)))
		return false;
	queue->running_overlap = call->method->overlaps;
	queue->running++;
	queue->waiting = &call->next;
	kith_call_begin(call);
	return true;
}
