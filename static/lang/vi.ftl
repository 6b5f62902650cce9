lang-name = Tiếng Việt
