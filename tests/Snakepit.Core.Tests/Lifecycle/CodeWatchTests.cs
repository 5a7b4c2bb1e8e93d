using Snakepit.Core.Lifecycle;

namespace Snakepit.Core.Tests.Lifecycle;

/// <summary>When changed files are a reason for fresh workers.</summary>
public sealed class CodeWatchTests
{
    private readonly CodeWatch _watch = new(Files(("a", 1), ("b", 1)));

    [Fact]
    public void Files_that_stay_as_they_are_are_no_reason() => Assert.Empty(_watch.Look(Files(("a", 1), ("b", 1))));

    [Fact]
    public void A_change_counts_once_when_it_has_come_to_rest()
    {
        Assert.Empty(_watch.Look(Files(("a", 2), ("b", 1))));
        Assert.Empty(_watch.Look(Files(("a", 2), ("b", 2))));
        Assert.Equal(["a", "b"], _watch.Look(Files(("a", 2), ("b", 2))));
        Assert.Empty(_watch.Look(Files(("a", 2), ("b", 2))));
    }

    [Fact]
    public void New_and_removed_files_are_changes()
    {
        _watch.Look(Files(("a", 1), ("c", 1)));

        Assert.Equal(["b", "c"], _watch.Look(Files(("a", 1), ("c", 1))));
    }

    [Fact]
    public void A_change_that_is_taken_back_before_it_comes_to_rest_is_none()
    {
        _watch.Look(Files(("a", 2), ("b", 1)));
        _watch.Look(Files(("a", 1), ("b", 1)));

        Assert.Empty(_watch.Look(Files(("a", 1), ("b", 1))));
    }

    private static Dictionary<string, FileStamp> Files(params (string Name, long Written)[] files) =>
        files.ToDictionary(file => file.Name, file => new FileStamp(file.Written, 1));
}
