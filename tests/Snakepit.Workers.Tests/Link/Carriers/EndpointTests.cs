using System.Net;
using System.Net.Sockets;
using Snakepit.Workers.Link.Carriers;

namespace Snakepit.Workers.Tests.Link.Carriers;

public sealed class EndpointTests
{
    [Fact]
    public void A_unix_socket_is_an_endpoint() =>
        Assert.Equal("/run/w.sock", Assert.IsType<UnixDomainSocketEndPoint>(WorkerChannel.Parse("unix:/run/w.sock")).ToString());

    [Fact]
    public void A_loopback_port_is_an_endpoint() =>
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 4711), WorkerChannel.Parse("tcp:127.0.0.1:4711"));

    [Theory]
    [InlineData("tcp:10.0.0.1:4711")]
    [InlineData("tcp:nonsense")]
    [InlineData("http://127.0.0.1:4711")]
    [InlineData("")]
    public void Anything_else_is_refused(string endpoint) => Assert.Throws<FormatException>(() => WorkerChannel.Parse(endpoint));
}
