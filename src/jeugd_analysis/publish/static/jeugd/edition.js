window.jeugdEditie = "";
