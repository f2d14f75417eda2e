// The function of the tests on github.com/aws/aws-lambda-go: see ../README.md for what it does.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-lambda-go/lambdaurl"
)

type request struct {
	Do    string `json:"do"`
	Name  string `json:"name"`
	Count int    `json:"count"`
	Size  int    `json:"size"`
}

type seen struct {
	Hello         string `json:"hello"`
	RequestID     string `json:"requestId"`
	DeadlineMs    int64  `json:"deadlineMs"`
	Arn           string `json:"arn"`
	TraceID       string `json:"traceId"`
	ClientContext string `json:"clientContext"`
}

func handle(ctx context.Context, event json.RawMessage) (any, error) {
	var asked request
	if err := json.Unmarshal(event, &asked); err != nil {
		return nil, err
	}
	switch asked.Do {
	case "hello":
		fmt.Println("printed by " + asked.Name)
		known, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		return seen{
			Hello:         asked.Name,
			RequestID:     known.AwsRequestID,
			DeadlineMs:    deadline.UnixMilli(),
			Arn:           known.InvokedFunctionArn,
			TraceID:       os.Getenv("_X_AMZN_TRACE_ID"),
			ClientContext: known.ClientContext.Client.AppTitle,
		}, nil
	case "echo":
		return event, nil
	case "exit":
		os.Exit(3)
	}
	return nil, errors.New("asked to fail: " + asked.Name)
}

// pieces yields as many pieces of as many bytes, and then fails where it is asked to.
type pieces struct {
	left, size int
	broken     bool
}

func (p *pieces) Read(into []byte) (int, error) {
	if p.left == 0 {
		if p.broken {
			return 0, errors.New("asked to break")
		}
		return 0, io.EOF
	}
	p.left--
	return copy(into, strings.Repeat("x", p.size)), nil
}

func stream(_ context.Context, asked request) (io.Reader, error) {
	return &pieces{left: asked.Count, size: asked.Size, broken: asked.Do == "break"}, nil
}

func serve(w http.ResponseWriter, r *http.Request) {
	count, _ := strconv.Atoi(r.URL.Query().Get("count"))
	w.Header().Set("X-From", r.Method+" "+r.URL.Path)
	w.WriteHeader(http.StatusCreated)
	for i := 0; i < count; i++ {
		fmt.Fprintf(w, "piece %d\n", i)
	}
}

func main() {
	if os.Getenv("FAIL_INIT") != "" {
		log.Fatal("asked to fail at the start")
	}
	switch os.Getenv("_HANDLER") {
	case "function.stream":
		lambda.Start(stream)
	case "function.url":
		lambdaurl.Start(http.HandlerFunc(serve))
	default:
		// with an internal extension, which is how aws-lambda-go asks for SIGTERM
		lambda.StartWithOptions(handle, lambda.WithEnableSIGTERM())
	}
}
