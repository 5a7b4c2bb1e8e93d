using Microsoft.Extensions.Logging;
using Snakepit.Workers.Output;

namespace Snakepit.Workers.Tests.Output;

public sealed class OutputLineTests
{
    [Fact]
    public void A_line_of_a_request_has_its_number_and_its_trace_as_scope()
    {
        var line = """
            {"ts": 1, "level": "info", "logger": "x", "message": "hello", "request_id": 7, "trace_id": "t", "span_id": "s",
             "correlation_id": "c\u001b[2J"}
            """;

        var scope = OutputLine.Read(line).Scope!;

        Assert.Equal(["RequestId=7", "TraceId=t", "SpanId=s"], scope.Take(3).Select(pair => $"{pair.Key}={pair.Value}"));
        Assert.DoesNotContain('\u001b', scope.ToString());
    }

    [Theory]
    [InlineData("""{"ts": 1, "level": "info", "logger": "x", "message": "hello"}""")]
    [InlineData("""{"ts": 1, "level": "info", "logger": "x", "message": "hello", "request_id": "seven"}""")]
    [InlineData("hello")]
    public void A_line_of_no_request_has_no_scope(string line) => Assert.Null(OutputLine.Read(line).Scope);

    [Theory]
    [InlineData("level", "debug", LogLevel.Debug)]
    [InlineData("level", "info", LogLevel.Information)]
    [InlineData("level", "critical", LogLevel.Critical)]
    [InlineData("levelname", "WARNING", LogLevel.Warning)]
    [InlineData("severity", "ERROR", LogLevel.Error)]
    [InlineData("log_level", "Fatal", LogLevel.Critical)]
    [InlineData("Level", "Trace", LogLevel.Trace)]
    [InlineData("level", "loud", LogLevel.Information)]
    public void A_json_line_keeps_its_level_by_whatever_name_it_goes_and_all_that_it_says(string key, string level, LogLevel expected)
    {
        var line = $$"""{"message": "hello", "{{key}}": "{{level}}", "exc_info": "Traceback: x"}""";

        Assert.Equal(new OutputLine(expected, line), OutputLine.Read(line));
    }

    [Fact]
    public void Of_the_packages_own_lines_the_message_and_a_traceback_are_shown()
    {
        const string Line = """{"ts": 1.5, "level": "warning", "logger": "app", "message": "hello", "request_id": 7}""";

        Assert.Equal(new OutputLine(LogLevel.Warning, "hello"), OutputLine.Read(Line) with { Scope = null });
        Assert.Equal(
            new OutputLine(LogLevel.Warning, "hello\nTraceback: x"),
            OutputLine.Read(Line.Replace("7", "7, \"traceback\": \"Traceback: x\"", StringComparison.Ordinal)) with { Scope = null });
    }

    [Fact]
    public void What_a_library_logs_without_a_message_is_shown_whole()
    {
        const string Line = """{"event": "paid", "level": "warning", "amount": 3}""";

        Assert.Equal(new OutputLine(LogLevel.Warning, Line), OutputLine.Read(Line));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("")]
    [InlineData("{not json")]
    [InlineData("""{"level": 30, "text": "a number, as some write it"}""")]
    [InlineData("""{"ts": 1, "level": "error", "logger": "app", "message": "\ud800"}""")]
    [InlineData("{}")]
    public void Everything_else_is_information_and_shown_as_it_is(string line) =>
        Assert.Equal(new OutputLine(LogLevel.Information, line), OutputLine.Read(line));
}
