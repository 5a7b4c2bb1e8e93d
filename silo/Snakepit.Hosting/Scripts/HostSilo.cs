using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Snakepit.Client;
using Snakepit.Core.Options;

namespace Snakepit.Hosting.Scripts;

/// <summary>A silo that ran before the script. Its processes and files are left to its host.</summary>
internal sealed class HostSilo(IHost host) : IScriptSilo
{
    public bool IsOwn => false;

    public IReadOnlyList<string> Pools =>
        [.. host.Services.GetRequiredService<SnakepitOptions>().OwnPools.Select(pool => pool.Name)];

    public Task<ISnakepitClient> StartAsync(CancellationToken cancellationToken) =>
        Task.FromResult(host.Services.GetRequiredService<ISnakepitClient>());

    public Task StopAsync() => host.StopAsync();

    public Task<IReadOnlyList<int>> CleanAsync(TimeSpan grace) => Task.FromResult<IReadOnlyList<int>>([]);

    public void Forget()
    {
    }
}
