#include "ui/window/closing.h"

#include <QMessageBox>
#include <QPushButton>

namespace gaplab::ui {

Closing askHowToClose(QWidget* window) {
    QMessageBox box(QMessageBox::Question, QMessageBox::tr("A run is going on"),
                    QMessageBox::tr("A run is going on here. What should become of it?"), QMessageBox::NoButton, window);
    box.setObjectName("closing");
    box.setInformativeText(
        QMessageBox::tr("Stopped after this step, it keeps a checkpoint and can be resumed; nothing is lost."));
    QPushButton* stop = box.addButton(QMessageBox::tr("&Stop and close"), QMessageBox::AcceptRole);
    QPushButton* keep = box.addButton(QMessageBox::tr("&Keep running minimised"), QMessageBox::ActionRole);
    QPushButton* cancel = box.addButton(QMessageBox::tr("Cancel"), QMessageBox::RejectRole);
    stop->setObjectName("stopAndClose");
    keep->setObjectName("keepRunning");
    cancel->setObjectName("cancelClose");
    box.setDefaultButton(stop);
    box.setEscapeButton(cancel);
    box.exec();
    if (box.clickedButton() == stop) return Closing::StopAndClose;
    return box.clickedButton() == keep ? Closing::KeepMinimised : Closing::Cancel;
}

}  // namespace gaplab::ui
