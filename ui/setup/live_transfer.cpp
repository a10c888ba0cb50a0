#include "ui/setup/live_transfer.h"

namespace gaplab::ui {

LiveTransfer::LiveTransfer(const StoreReader& reader, QObject* parent)
    : QObject(parent),
      store_(reader.path()),
      request_(this, {.progressed = [this](const QString& what, double fraction) { Q_EMIT progressed(what, fraction); },
                      .answered = [this](const auto& report) { Q_EMIT answered(report); },
                      .failed = [this](const QString& sentence) { Q_EMIT failed(sentence); }}) {}

void LiveTransfer::begin(const Json& document) {
    request_.ask([document, store = store_](const auto& told) {
        return estimateTransfer(document, {.store = store, .progress = told.progress, .stop = told.stop});
    });
}

}  // namespace gaplab::ui
