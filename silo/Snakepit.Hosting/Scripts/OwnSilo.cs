using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Snakepit.Client;
using Snakepit.Core.Options;
using Snakepit.Hosting.Failures;
using Snakepit.Hosting.Options;
using Snakepit.Workers.Files;
using Snakepit.Workers.Orphans;

namespace Snakepit.Hosting.Scripts;

/// <summary>
/// A silo that the script starts for itself: without ports, under an identity of its own, with its files in a scratch folder.
/// </summary>
internal sealed class OwnSilo(ScriptOptions options) : IScriptSilo
{
    private const string InstanceName = "script";
    private const string PoolName = "default";

    /// <summary>Where .NET keeps the folder of the file that a file-based program was started from.</summary>
    private const string ScriptFolderKey = "EntryPointFileDirectoryPath";

    private readonly string _token = $"{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";
    private ScratchFolder? _folder;
    private IHost? _host;
    private RunIdentity? _run;

    public bool IsOwn => true;

    public IReadOnlyList<string> Pools =>
        [.. _host!.Services.GetRequiredService<SnakepitOptions>().OwnPools.Select(pool => pool.Name)];

    public async Task<ISnakepitClient> StartAsync(CancellationToken cancellationToken)
    {
        CheckRuntime();
        _folder = ScratchFolder.Create(_token);
        var host = _host = Build(_folder.Path);
        _run = host.Services.GetRequiredService<RunIdentity>();
        await host.StartAsync(cancellationToken).ConfigureAwait(false);
        return host.Services.GetRequiredService<ISnakepitClient>();
    }

    public async Task StopAsync()
    {
        if (_host is null)
            return;
        try
        {
            await _host.StopAsync().ConfigureAwait(false);
        }
        finally
        {
            if (_host is IAsyncDisposable services)
                await services.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async Task<IReadOnlyList<int>> CleanAsync(TimeSpan grace) => _run is { } run
        ? await RunCleanup.EndAsync(run, grace, CancellationToken.None).ConfigureAwait(false)
        : [];

    public void Forget() => _folder?.Dispose();

    /// <summary>A file-based program switches dynamic code off by default, and Orleans would wait for ever without it.</summary>
    /// <exception cref="StartupException">It is switched off.</exception>
    private static void CheckRuntime()
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            throw new StartupException(
                "This program is built for compilation ahead of time, with which a silo cannot run. Add the line "
                + "'#:property PublishAot=false' to its file, or <PublishAot>false</PublishAot> to its project.");
        }
    }

    private IHost Build(string data)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            ContentRootPath = AppContext.GetData(ScriptFolderKey) as string ?? Directory.GetCurrentDirectory(),
        });
        builder.Configuration.AddEnvironmentVariables();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Orleans", LogLevel.Error); // its warnings are for servers
        // A script may be over before the silo has read its reminders, which it has none of.
        builder.Logging.AddFilter("Polly", LogLevel.None);
        builder.Logging.AddFilter("Orleans.Runtime.ReminderService", LogLevel.None);
        builder.Logging.AddFilter("Orleans.Messaging", LogLevel.Critical);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true); // the standard output is the script's
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, ScriptLifetime>());
        options.Configure?.Invoke(builder);
        builder.AddSnakepitSilo(silo =>
        {
            ClosedPorts.Apply(silo);
            OptionsRegistration.Add(silo.Services); // the configuration is read first; what it says about a cluster is for other silos
            silo.Services.Configure<SnakepitOptions>(own => own.Cluster = new ClusterOptions());
            if (options.AdapterModule is not null || options.Pool is not null)
                silo.AddPool(PoolName, Describe);
        });
        builder.Services.Configure<SnakepitOptions>(silo =>
            (silo.InstanceName, silo.InstanceToken, silo.DataDir) = (InstanceName, _token, data));
        return builder.Build();
    }

    private void Describe(PoolOptions pool)
    {
        (pool.AdapterModule, pool.PythonPath, pool.PoolSize) = (options.AdapterModule, options.PythonPath, options.PoolSize);
        options.Pool?.Invoke(pool);
    }
}

/// <summary>The script's own signals and end decide about the host's life.</summary>
internal sealed class ScriptLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
