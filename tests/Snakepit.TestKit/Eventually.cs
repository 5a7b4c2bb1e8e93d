using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Snakepit.TestKit;

/// <summary>
/// Waits for what another process does. This is the only place in the tests that polls. When the limit is over, the error says what was
/// seen last.
/// </summary>
public static class Eventually
{
    /// <summary>
    /// Enough for the start of a silo or a worker on a busy host. It is below a minute, because tools that must not end sleep for a minute.
    /// </summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks until the answer fits, and returns it.</summary>
    public static async Task<T> SeeAsync<T>(
        Func<Task<T>> ask, Func<T, bool> fits, TimeSpan? limit = null, [CallerArgumentExpression(nameof(fits))] string what = "")
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var seen = await ask();
            if (fits(seen))
                return seen;
            if (clock.Elapsed > (limit ?? Limit))
                throw new TimeoutException($"After {clock.Elapsed.TotalSeconds:0.0} s still not: {what}. Last seen: {seen}");
            await Task.Delay(Pause);
        }
    }

    public static Task HoldsAsync(Func<bool> holds, TimeSpan? limit = null, [CallerArgumentExpression(nameof(holds))] string what = "") =>
        SeeAsync(() => Task.FromResult(holds()), seen => seen, limit, what);
}

public static class Within
{
    /// <summary>A limit on an await, so that a hang is a failure that names itself.</summary>
    public static async Task<T> WithinAsync<T>(this Task<T> task, TimeSpan limit, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        try
        {
            return await task.WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{what} did not end within {limit.TotalSeconds:0.0} s.");
        }
    }

    public static async Task WithinAsync(this Task task, TimeSpan limit, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        try
        {
            await task.WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{what} did not end within {limit.TotalSeconds:0.0} s.");
        }
    }
}
