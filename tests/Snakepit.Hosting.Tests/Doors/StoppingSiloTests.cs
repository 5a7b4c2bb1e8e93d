using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Snakepit.AspNetCore.Management;

namespace Snakepit.Hosting.Tests.Doors;

/// <summary>Long questions to other silos do not hold up a stop.</summary>
public sealed class StoppingSiloTests : IDisposable
{
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly CancellationTokenSource _left = new();
    private readonly TaskCompletionSource<int> _answer = new();

    public void Dispose() => _left.Dispose();

    [Fact]
    public async Task An_answer_that_comes_is_passed_on()
    {
        _answer.SetResult(7);

        Assert.Equal(7, await WaitAsync());
    }

    [Fact]
    public async Task A_stop_ends_the_wait()
    {
        var waiting = WaitAsync();

        _lifetime.StopApplication();

        await Assert.ThrowsAsync<SiloStopsException>(() => waiting);
    }

    [Fact]
    public async Task A_caller_that_leaves_ends_the_wait()
    {
        var waiting = WaitAsync();

        await _left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private Task<int> WaitAsync() => StoppingSilo.WaitAsync(
        _answer.Task,
        new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().AddSingleton<IHostApplicationLifetime>(_lifetime).BuildServiceProvider(),
            RequestAborted = _left.Token,
        });
}
