/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* documents.h: how documents and what is on its way are shown. */
#ifndef CLICKNET_KYC_DOCUMENTS_H
#define CLICKNET_KYC_DOCUMENTS_H

#include "bank/upload.h"
#include "lib/http.h"

/* New references: {document_id, kind, side, width, height, size, made_at} and
 * {upload_id, kind, side, size, chunks, bytes, missing}. */
json_object *documents_one(const struct document *);
json_object *documents_upload(const struct upload *);

/* Adds "documents", "uploads" and "complete" to ${view}; for a page, besides,
 * "paper" (the document that was chosen) with its flag paper_<paper>, and
 * "slots": what it needs a picture of. */
enum err documents_view(struct req *, int64_t application, json_object *view);

#endif
