#include "ui/settings/settings.h"

#include <array>

#include <QSettings>

#include "core/base/files.h"

namespace gaplab::ui {
namespace {

// A key changes its number when the meaning of its value changes.
constexpr auto themeKey = "preferences/theme.1";
constexpr auto languageKey = "preferences/language.1";
constexpr auto threadsKey = "preferences/threads.1";
constexpr auto storeKey = "preferences/store.1";
constexpr auto confidenceKey = "preferences/confidence.1";
constexpr auto marginKey = "preferences/margin.1";

const std::array<QString, 3> themeCodes = {QStringLiteral("system"), QStringLiteral("light"), QStringLiteral("dark")};

double inside(const QVariant& value, double low, double high, double otherwise) {
    bool number = false;
    const double found = value.toDouble(&number);
    return number && found >= low && found <= high ? found : otherwise;
}

}  // namespace

Preferences Preferences::load() {
    const QSettings settings;
    Preferences preferences;
    const auto theme = std::ranges::find(themeCodes, settings.value(themeKey).toString());
    if (theme != themeCodes.end()) preferences.theme = static_cast<Theme>(theme - themeCodes.begin());
    preferences.language = settings.value(languageKey, preferences.language).toString();
    preferences.threads = static_cast<int>(inside(settings.value(threadsKey), 0, 1024, preferences.threads));
    preferences.store = settings.value(storeKey).toString();
    preferences.confidence = inside(settings.value(confidenceKey), 0.5, 0.9999, preferences.confidence);
    preferences.margin = inside(settings.value(marginKey), 0.0, 1.0, preferences.margin);
    return preferences;
}

void Preferences::save() const {
    QSettings settings;
    settings.setValue(themeKey, themeCodes[static_cast<size_t>(theme)]);
    settings.setValue(languageKey, language);
    settings.setValue(threadsKey, threads);
    settings.setValue(storeKey, store);
    settings.setValue(confidenceKey, confidence);
    settings.setValue(marginKey, margin);
}

std::filesystem::path Preferences::storePath() const {
    return store.isEmpty() ? defaultStorePath() : std::filesystem::path(store.toStdString());
}

std::filesystem::path defaultStorePath() {
    return dataFolder() / "gaplab.db";
}

}  // namespace gaplab::ui
