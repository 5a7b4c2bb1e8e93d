using System.Diagnostics;

namespace Snakepit.Client.Tests;

/// <summary>Waits for what another thread does.</summary>
internal static class TestSignals
{
    public static async Task UntilAsync(Func<bool> holds)
    {
        for (var clock = Stopwatch.StartNew(); !holds();)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "what the test waits for has not come");
            await Task.Yield();
        }
    }
}
