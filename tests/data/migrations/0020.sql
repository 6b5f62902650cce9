INSERT INTO portals (id, label, origin, path, added_at) VALUES (1, 'Cổng dịch vụ công', 'https://dvc.example.vn', '/', 0);
