INSERT INTO kiosk_screens (n, portrait) VALUES (1, 1);
