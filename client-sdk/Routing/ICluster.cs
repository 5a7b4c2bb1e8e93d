namespace Snakepit.Client.Routing;

/// <summary>The cluster as the rest of the client sees it. Thread-safe.</summary>
internal interface ICluster
{
    /// <summary>Makes references to grains. Of use after <see cref="Connected"/> only: before, the Orleans client knows no grain.</summary>
    IGrainFactory Grains { get; }

    /// <summary>
    /// Ends when a silo has answered for the first time. Is cancelled when the application stops before that, and fails when the connection
    /// has failed in a way that is not tried again.
    /// </summary>
    Task Connected { get; }

    /// <summary>
    /// Where silos are looked for and, as long as none has answered, since when and why not, for messages: <c>at silo-1:30000
    /// (Snakepit:Client:Gateways)</c>. Empty when only the application knows.
    /// </summary>
    string Where { get; }

    /// <summary>A connection to a gateway has ended. On any thread.</summary>
    event Action? GatewayLost;

    /// <summary>Notes that a silo has just answered.</summary>
    void NoteAnswer();
}
