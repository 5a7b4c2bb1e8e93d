using Snakepit.Core.Scheduling;
using Snakepit.Errors;
using Snakepit.Execution;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class RecentAnswersTests
{
    private static readonly TimeSpan Now = TimeSpan.FromHours(1);

    private readonly RecentAnswers _recent = new(Now);

    [Fact]
    public void An_answer_is_found_until_its_time_is_over()
    {
        var (call, answer) = Add(bytes: 10);

        _recent.Tick(Now + RecentAnswers.KeptFor - TimeSpan.FromTicks(1));
        Assert.Same(answer, _recent.Find(call));

        _recent.Tick(Now + RecentAnswers.KeptFor);
        Assert.Null(_recent.Find(call));
    }

    [Fact]
    public void Where_the_bytes_have_no_room_the_oldest_answer_gives_way()
    {
        var half = (int)(RecentAnswers.MostBytes / 2);
        var (first, _) = Add(half);
        var (second, _) = Add(half);
        Assert.NotNull(_recent.Find(first));

        var (third, _) = Add(bytes: 1);

        Assert.Null(_recent.Find(first));
        Assert.NotNull(_recent.Find(second));
        Assert.NotNull(_recent.Find(third));
    }

    [Fact]
    public void An_answer_that_would_take_all_the_room_takes_none()
    {
        var (small, _) = Add(bytes: 1);

        var (large, _) = Add((int)RecentAnswers.MostBytes + 1);

        Assert.Null(_recent.Find(large));
        Assert.NotNull(_recent.Find(small));
    }

    [Fact]
    public void Their_number_is_bounded_too()
    {
        var (first, _) = Add(bytes: 0);
        for (var more = 1; more < RecentAnswers.MostAnswers; more++)
            Add(bytes: 0);
        Assert.NotNull(_recent.Find(first));

        Add(bytes: 0);

        Assert.Null(_recent.Find(first));
    }

    [Fact]
    public void The_texts_of_failures_count()
    {
        var (first, _) = Add(bytes: 1);
        var failure = new Failure
        {
            Code = SnakepitErrorCode.ToolRaised,
            Message = "no",
            Outcome = Outcome.Ran,
            Python = new PythonError("E", "no", new string('x', (int)(RecentAnswers.MostBytes / sizeof(char)) - 10)),
        };

        _recent.Add(Guid.NewGuid(), ToolReply.Failed(failure), Now);
        Add(bytes: 100);

        Assert.Null(_recent.Find(first));
    }

    [Fact]
    public void They_are_complete_since_the_latest_answer_that_is_not_kept()
    {
        Assert.Equal(Now, _recent.CompleteSince);
        _recent.Add(Guid.NewGuid(), new ToolReply(), Now + TimeSpan.FromSeconds(1));
        Assert.Equal(Now, _recent.CompleteSince);

        _recent.Tick(Now + TimeSpan.FromSeconds(1) + RecentAnswers.KeptFor);
        Assert.Equal(Now + TimeSpan.FromSeconds(1), _recent.CompleteSince);

        var tooLarge = new ToolReply { Value = new byte[RecentAnswers.MostBytes + 1] };
        _recent.Add(Guid.NewGuid(), tooLarge, Now + TimeSpan.FromSeconds(9));
        Assert.Equal(Now + TimeSpan.FromSeconds(9), _recent.CompleteSince);
    }

    private (Guid Call, ToolReply Answer) Add(int bytes)
    {
        var (call, answer) = (Guid.NewGuid(), new ToolReply { Value = new byte[bytes] });
        _recent.Add(call, answer, Now);
        return (call, answer);
    }
}
