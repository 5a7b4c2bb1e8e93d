using System.Net;

namespace Snakepit.Client.Connections;

/// <summary>Knows where gateways are now. Asked by one caller at a time.</summary>
internal interface IGatewaySource
{
    /// <summary>Finds the gateways. Ends within about ten seconds.</summary>
    /// <exception cref="Exception">Nothing could be found out; the message is one sentence for people.</exception>
    Task<IReadOnlyList<IPEndPoint>> ReadAsync();
}
