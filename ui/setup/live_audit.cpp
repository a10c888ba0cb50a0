#include "ui/setup/live_audit.h"

namespace gaplab::ui {
namespace {

/// A store that cannot be read has no answers: the data are looked at all the same.
std::optional<RunAnswers> readAnswers(const Store& store, const Json& data) {
    try {
        return newestAnswers(store, data);
    } catch (const Error&) {
        return {};
    }
}

}  // namespace

LiveAudit::LiveAudit(StoreReader& reader, QObject* parent)
    : QObject(parent),
      reader_(reader),
      request_(this, {.progressed = [this](const QString& what, double fraction) { Q_EMIT progressed(what, fraction); },
                      .answered = [this](const auto& audit) { Q_EMIT answered(audit); },
                      .failed = [this](const QString& sentence) { Q_EMIT failed(sentence); }}) {}

void LiveAudit::begin(const Json& data) {
    request_.expect();
    reader_.ask(
        this, [data](const Store& store) { return readAnswers(store, data); },
        [this, data, number = ++begun_](std::optional<RunAnswers> answers) {
            if (number != begun_ || request_.isIdle()) return;
            request_.ask([data, answers = std::move(answers)](const auto& told) {
                return auditData(data, {.progress = told.progress, .stop = told.stop, .answers = answers});
            });
        });
}

}  // namespace gaplab::ui
