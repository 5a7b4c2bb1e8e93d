using Snakepit.Workers.Output;

namespace Snakepit.Workers.Tests.Output;

public sealed class OutputTailTests
{
    [Fact]
    public void The_last_lines_are_kept_in_order()
    {
        var tail = new OutputTail(3);
        foreach (var line in new[] { "a", "b", "c", "d", "e" })
            tail.Add(line);

        Assert.Equal(["c", "d", "e"], tail.Lines);
    }

    [Fact]
    public void Fewer_lines_than_fit_are_all_there()
    {
        var tail = new OutputTail(3);
        tail.Add("a");

        Assert.Equal(["a"], tail.Lines);
    }
}
