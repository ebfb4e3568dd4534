/*
 * trouble.c: why a partner is not connected, in words for the person who named it.
 */
#include "node/node.h"

#include "protocol/session.h"

/* What they said when they left. */
static const char *said(enum kith_bye bye)
{
	switch (bye) {
	case KITH_BYE_REFUSED:
		return "they do not have this group as a partner; both sides must name each other";
	case KITH_BYE_PAUSED:
		return "they have paused this partnership";
	case KITH_BYE_PROTOCOL:
		return "they say that this node broke a rule of the protocol; see their log";
	case KITH_BYE_OVERLOAD:
		return "they are over a limit; this node tries again";
	case KITH_BYE_REMOVED:
		return "they no longer have this group as a partner";
	case KITH_BYE_SHUTDOWN:
	case KITH_BYE_DUPLICATE:
		break;
	}
	return NULL;
}

const char *kith_node_complaint(enum kith_complaint complaint)
{
	switch (complaint) {
	case KITH_COMPLAINT_NONE:
		break;
	case KITH_COMPLAINT_DAMAGED:
		return "what arrived from them does not decrypt: damaged or changed on the way";
	case KITH_COMPLAINT_WITHHELD:
		return "they promised records and did not send them";
	case KITH_COMPLAINT_SILENT:
		return "they do not answer in time";
	case KITH_COMPLAINT_MALFORMED:
		return "they sent a message that is malformed";
	case KITH_COMPLAINT_UNEXPECTED:
		return "they sent a message that may not come there";
	case KITH_COMPLAINT_FORGED:
		return "they sent records whose signature or hash does not hold";
	case KITH_COMPLAINT_FOREIGN:
		return "they sent a record of a circle that is not shared with them";
	case KITH_COMPLAINT_ENDLESS:
		return "comparing sets with them comes to no end";
	case KITH_COMPLAINT_TALK:
		return "they flood this node with messages";
	case KITH_COMPLAINT_ASKED:
		return "they ask for records again and again";
	case KITH_COMPLAINT_ANNOUNCED:
		return "they announce more records than there can be";
	case KITH_COMPLAINT_REPEATED:
		return "they send the same records again and again";
	case KITH_COMPLAINT_UNAVAILABLE:
		return "they tell of records that they do not hold";
	case KITH_COMPLAINT_CALLS:
		return "they call and hang up too often";
	}
	return NULL;
}

const char *kith_node_trouble(const struct kith_partner_view *view)
{
	const char *words = view->last_bye >= 0 ? said((enum kith_bye)view->last_bye) : NULL;

	if (view->ended_by)
		return kith_node_complaint(view->ended_by);
	if (words)
		return words;
	switch (view->last_err) {
	case 0:
		return NULL;
	case KITH_E_NETWORK:
		return "nobody answers at their address";
	case KITH_E_TIMEOUT:
		return "they do not answer in time";
	case KITH_E_NOT_FOUND:
		return "the host name in their address is not known";
	case KITH_E_TRUNCATED:
		return "the connection broke off; if that repeats, the node key in their address "
		       "may be "
		       "wrong";
	case KITH_E_WRONG_TYPE:
		return "the node at their address belongs to another group";
	case KITH_E_EXPIRED:
		return "their node's certificate has expired: a clock is wrong, there or here";
	}
	return kith_err_text(view->last_err);
}
