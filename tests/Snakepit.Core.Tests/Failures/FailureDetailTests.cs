using Snakepit.Core.Failures;
using Snakepit.Core.Options;
using Snakepit.Errors;
using Snakepit.Telemetry;

namespace Snakepit.Core.Tests.Failures;

public sealed class FailureDetailTests
{
    private static readonly Failure Failure = new()
    {
        Code = SnakepitErrorCode.ToolRaised,
        Message = "Tool 'x' raised OSError: no '/srv/app/key.pem' (process 4711)\nTraceback: more",
        Outcome = Outcome.Ran,
        Stage = CallStage.Worker,
        Python = new PythonError("OSError", "no", "Traceback ..."),
        Details = new Dictionary<string, string> { ["pid"] = "4711" },
    };

    [Fact]
    public void Full_is_everything() => Assert.Same(Failure, FailureDetail.Cut(Failure, ErrorDetail.Full));

    [Fact]
    public void Message_is_without_traceback_details_processes_and_folders()
    {
        var cut = FailureDetail.Cut(Failure, ErrorDetail.Message);

        Assert.Equal("Tool 'x' raised OSError: no '…/key.pem'", cut.Message);
        Assert.Equal((SnakepitErrorCode.ToolRaised, Outcome.Ran, CallStage.Worker), (cut.Code, cut.Outcome, cut.Stage));
        Assert.Null(cut.Python);
        Assert.Empty(cut.Details);
    }

    [Fact]
    public void Code_is_code_and_outcome_with_a_fixed_sentence()
    {
        var cut = FailureDetail.Cut(Failure, ErrorDetail.Code);

        Assert.Equal((FailureDetail.Sentence, SnakepitErrorCode.ToolRaised, Outcome.Ran), (cut.Message, cut.Code, cut.Outcome));
        Assert.Null(cut.Python);
    }

    [Theory]
    [InlineData("at /home/me/a.py:3", "at …/a.py:3")]
    [InlineData("at ~/me/a.py", "at …/a.py")]
    [InlineData(@"at C:\Users\me\a.py", "at …/a.py")]
    [InlineData("see http://127.0.0.1:8400/v1/status", "see http://127.0.0.1:8400/v1/status")]
    [InlineData("3/4 of a/b/c", "3/4 of a/b/c")]
    [InlineData("/tmp is full", "/tmp is full")]
    [InlineData("worker a@b#0.1, process 12, died", "worker a@b#0.1, died")]
    public void Folders_and_processes_are_left_out_of_a_text(string text, string told) =>
        Assert.Equal(told, FailureDetail.Cut(text, ErrorDetail.Message));

    [Fact]
    public void Of_a_text_a_code_says_nothing() => Assert.Null(FailureDetail.Cut("text", ErrorDetail.Code));
}
