using Snakepit.Workers.Output;

namespace Snakepit.Workers.Tests.Output;

/// <summary>The lines of a worker that people and the event of its death may still see.</summary>
public sealed class OutputHistoryTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void The_last_lines_are_kept_in_order()
    {
        var history = Filled(new OutputHistory(tail: 3), "a", "b", "c", "d", "e");

        Assert.Equal(["c", "d", "e"], history.Tail);
        Assert.Equal(["d", "e"], Texts(history.Read(after: null, most: 2)));
    }

    [Fact]
    public void Long_lines_leave_the_tail_only_and_short_ones_as_many_as_there_is_room_for()
    {
        var history = Filled(new OutputHistory(tail: 2, mostLines: 4, mostCharacters: 10), "a", "b", "c", "d", "e");
        Assert.Equal(["b", "c", "d", "e"], Texts(history.Read(null, 100)));

        Filled(history, new string('x', 20), new string('y', 20));

        Assert.Equal((2, 40), (history.Tail.Count, history.Characters));
    }

    [Fact]
    public void A_reader_goes_on_behind_its_last_line()
    {
        var history = Filled(new OutputHistory(), "a", "b", "c");

        var page = history.Read(after: 1, most: 1);

        Assert.Equal((2, "b", Now), (page.Lines[0].Number, page.Lines[0].Text, page.Lines[0].At));
        Assert.Equal(["c"], Texts(history.Read(after: 2, most: 10)));
        Assert.Empty(history.Read(after: 3, most: 10).Lines);
    }

    [Fact]
    public void A_reader_that_is_too_slow_is_told_how_many_lines_it_has_missed()
    {
        var history = Filled(new OutputHistory(tail: 1, mostLines: 2), "a", "b", "c", "d", "e");

        var page = history.Read(after: 1, most: 10);

        Assert.Equal((2, "d"), (page.Missed, page.Lines[0].Text));
    }

    [Fact]
    public void The_end_comes_behind_the_last_line()
    {
        var history = Filled(new OutputHistory(), "a", "b");
        Assert.Null(history.Read(null, 10).End);

        history.End("exited with code 3");

        Assert.Null(history.Read(after: 0, most: 1).End);
        Assert.Equal("exited with code 3", history.Read(after: 1, most: 1).End);
        Assert.Equal("exited with code 3", history.Read(after: 2, most: 1).End);
    }

    [Fact]
    public void A_process_that_has_ended_keeps_what_fits()
    {
        var history = Filled(new OutputHistory(tail: 5, mostCharacters: 10), "aaaaa", "bbbbb", "ccccc");
        Assert.Equal(3, history.Tail.Count);

        history.End("exited");

        Assert.Equal(["bbbbb", "ccccc"], history.Tail);
    }

    [Fact]
    public async Task News_are_a_line_or_the_end()
    {
        var history = Filled(new OutputHistory(), "a");
        Assert.True(history.NewsAsync(after: 0).IsCompleted);
        var line = history.NewsAsync(after: 1);
        Assert.False(line.IsCompleted);

        Filled(history, "b");
        await line;
        var end = history.NewsAsync(after: 2);
        history.End("exited");
        await end;
    }

    private static OutputHistory Filled(OutputHistory history, params string[] lines)
    {
        foreach (var line in lines)
            history.Add(line, Now);
        return history;
    }

    private static string[] Texts(KeptLines page) => [.. page.Lines.Select(line => line.Text)];
}
