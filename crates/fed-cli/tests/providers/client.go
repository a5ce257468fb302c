// The AWS SDK for Go, as Debian has it: which credentials it finds, and where.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
)

func main() {
	loaded, err := config.LoadDefaultConfig(context.Background())
	if err == nil {
		found, failed := loaded.Credentials.Retrieve(context.Background())
		fmt.Println(found.Source, found.AccessKeyID, found.CanExpire)
		err = failed
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
