using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Snakepit.AspNetCore.Access;

namespace Snakepit.Hosting.Tests.Doors;

/// <summary>The application decides where its server listens, and how.</summary>
public sealed class ServerAddressTests
{
    [Fact]
    public async Task The_door_serves_over_https()
    {
        using var certificate = SelfSigned();
        await using var door = await DoorUnderTest.StartAsync(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.Thumbprint == certificate.Thumbprint,
        };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(door.Url) };

        Assert.StartsWith("https://127.0.0.1:", door.Url, StringComparison.Ordinal);
        Assert.Equal("pool_not_found", await DoorUnderTest.CodeOfMissingPoolAsync(http));
    }

    [Fact]
    public async Task The_door_serves_at_a_unix_socket()
    {
        var folder = Directory.CreateTempSubdirectory("snakepit-door-").FullName;
        var path = Path.Combine(folder, "door.sock");
        await using (await DoorUnderTest.StartAsync(kestrel => kestrel.ListenUnixSocket(path)))
        {
            using var handler = new SocketsHttpHandler { ConnectCallback = async (_, cancelled) => await ConnectAsync(path, cancelled) };
            using var http = new HttpClient(handler) { BaseAddress = new Uri("http://localhost") };

            Assert.Equal("pool_not_found", await DoorUnderTest.CodeOfMissingPoolAsync(http));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8400", false)]
    [InlineData("https://localhost:8401", false)]
    [InlineData("https://[::1]:8401", false)]
    [InlineData("http://unix:/run/door.sock", false)]
    [InlineData("https://0.0.0.0:8401", true)]
    [InlineData("http://[::]:8400", true)]
    [InlineData("http://*:80", true)]
    [InlineData("https://silo.example", true)]
    public void What_others_can_reach_is_open(string url, bool isOpen) =>
        Assert.Equal(isOpen, !Assert.Single(ServerAddresses.Read([url])).IsLoopback);

    [Fact]
    public void A_server_without_addresses_has_none() => Assert.Empty(ServerAddresses.Read([]));

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
    }

    private static async Task<Stream> ConnectAsync(string path, CancellationToken cancelled)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancelled);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
