using Orleans.Runtime.Messaging;
using Snakepit.Errors;

namespace Snakepit.Client.Routing;

/// <summary>Reads from an exception of the framework whether a request reached its grain. Pure.</summary>
internal static class Undelivered
{
    /// <summary>
    /// Texts of rejections that are made before a request has left, or by a silo that did not take it. The framework has one exception
    /// for all rejections and no code, so its words are all there is (Orleans 10.4: MessageCenter.SendMessage,
    /// SiloConnection.OnReceivedMessage, ClientMessageCenter, PlacementService). A text that is not here means that the request may have
    /// been delivered.
    /// </summary>
    private static readonly string[] Phrases =
    [
        "Unable to connect to",
        "The target silo is no longer active",
        "No gateways available",
        "Target silo is known to be dead",
        "Silo stopping",
        "is shutting down.",
    ];

    /// <summary><see cref="Outcome.NotStarted"/> when the request surely was not delivered.</summary>
    public static Outcome OutcomeOf(Exception error) => error switch
    {
        ConnectionFailedException or GatewayTooBusyException => Outcome.NotStarted,
        OrleansMessageRejectionException when Array.Exists(Phrases, phrase => error.Message.Contains(phrase, StringComparison.Ordinal)) =>
            Outcome.NotStarted,
        _ => Outcome.MaybeRan,
    };
}
