using Snakepit.Core.Processes;

namespace Snakepit.Core.Tests.Processes;

public sealed class FileBudgetTests
{
    [Fact]
    public void A_limit_that_the_silo_itself_needs_more_than_is_refused_with_both_numbers()
    {
        Assert.Null(FileBudget.StartFlaw(320));
        Assert.StartsWith("A silo needs at least 320 open files, its limit is 64.", FileBudget.StartFlaw(64), StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_that_may_not_do_for_all_workers_is_told_with_what_would()
    {
        Assert.Null(FileBudget.Shortage(1024, 64));
        Assert.Contains("is 1024; 100 workers and their callers may need 1312", FileBudget.Shortage(1024, 100), StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_starts_as_long_as_the_reserve_is_left()
    {
        Assert.Null(FileBudget.WorkerFlaw(limit: 400, open: 344, starting: 1));
        Assert.Contains("345 of 400 are open", FileBudget.WorkerFlaw(limit: 400, open: 345, starting: 1), StringComparison.Ordinal);
    }

    [Fact]
    public void Workers_that_start_together_do_not_take_the_same_files()
    {
        Assert.Null(FileBudget.WorkerFlaw(limit: 400, open: 320, starting: 4));
        Assert.NotNull(FileBudget.WorkerFlaw(limit: 400, open: 320, starting: 5));
    }
}
