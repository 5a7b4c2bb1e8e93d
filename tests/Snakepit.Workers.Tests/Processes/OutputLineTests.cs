using Microsoft.Extensions.Logging;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Tests.Processes;

public sealed class OutputLineTests
{
    [Theory]
    [InlineData("level", "debug", LogLevel.Debug)]
    [InlineData("level", "info", LogLevel.Information)]
    [InlineData("level", "critical", LogLevel.Critical)]
    [InlineData("levelname", "WARNING", LogLevel.Warning)]
    [InlineData("severity", "ERROR", LogLevel.Error)]
    [InlineData("log_level", "Fatal", LogLevel.Critical)]
    [InlineData("Level", "Trace", LogLevel.Trace)]
    [InlineData("level", "loud", LogLevel.Information)]
    public void A_json_line_keeps_its_level_by_whatever_name_it_goes(string key, string level, LogLevel expected) =>
        Assert.Equal(new OutputLine(expected, "hello"), OutputLine.Read($$"""{"message": "hello", "{{key}}": "{{level}}"}"""));

    [Fact]
    public void A_traceback_follows_the_message() =>
        Assert.Equal(new OutputLine(LogLevel.Error, "failed\nTraceback: x"), OutputLine.Read("""{"level": "error", "message": "failed", "traceback": "Traceback: x"}"""));

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
    [InlineData("""{"level": "error", "message": "\ud800"}""")]
    [InlineData("{}")]
    public void Everything_else_is_information_and_shown_as_it_is(string line) =>
        Assert.Equal(new OutputLine(LogLevel.Information, line), OutputLine.Read(line));
}
