module example.com/shop/api

go 1.26.0

require github.com/gomodule/redigo v1.9.3

require github.com/stretchr/testify v1.12.1 // indirect
