using Snakepit.Client;

namespace Snakepit.Hosting.Scripts;

/// <summary>The silo of a script. Its members are called one after the other.</summary>
internal interface IScriptSilo
{
    /// <summary>The script starts the silo; otherwise it ran before the script.</summary>
    bool IsOwn { get; }

    /// <summary>Starts the silo, if it is the script's own.</summary>
    Task<ISnakepitClient> StartAsync(CancellationToken cancellationToken);

    /// <summary>Names of the pools that have to be ready.</summary>
    IReadOnlyList<string> Pools { get; }

    /// <summary>Stops the silo with its host, if it has been started.</summary>
    Task StopAsync();

    /// <summary>Ends what the stopped silo has left.</summary>
    /// <param name="grace">From asking its processes to end until they are killed.</param>
    /// <returns>Numbers of the processes that did not go.</returns>
    Task<IReadOnlyList<int>> CleanAsync(TimeSpan grace);

    /// <summary>Takes the files of the stopped silo away.</summary>
    void Forget();
}
