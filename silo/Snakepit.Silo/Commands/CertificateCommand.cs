using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using Snakepit.Silo.Certificates;

namespace Snakepit.Silo.Commands;

/// <summary>
/// <c>snakepit cert dev</c>: makes an authority for development, and certificates for a silo, a client and an administrator.
/// </summary>
internal static class CertificateCommand
{
    public static Command Create()
    {
        var command = new Command("cert", "Certificates for clusters on several machines.") { CreateDev() };
        Examples.Add(
            command,
            ("snakepit cert dev --host silo-1", "an authority for development, and certificates of a silo and its clients"));
        return command;
    }

    private static Command CreateDev()
    {
        var folder = new Option<string>("--out")
        {
            Description = "Folder for the files; an authority that is in it already signs again",
            DefaultValueFactory = _ => "certs",
            HelpName = "FOLDER",
        };
        var hosts = new Option<string[]>("--host")
        {
            Description = "Name or address of a silo's host, written into the silo's certificate; may be repeated",
            HelpName = "NAME",
            AllowMultipleArgumentsPerToken = true,
        };
        var days = new Option<int>("--days")
        {
            Description = "How long the certificates are valid",
            DefaultValueFactory = _ => 365,
            HelpName = "DAYS",
        };
        var json = new Option<bool>("--json") { Description = "Print the files as JSON" };
        var command = new Command("dev", "Make an authority for development, and certificates of silo, client and administrator.")
        {
            folder, hosts, days, json,
        };
        Examples.Add(
            command,
            ("snakepit cert dev --host silo-1 --host silo-2", "an authority and certificates in the folder certs"));
        command.SetAction(async (result, _) =>
        {
            try
            {
                var authority = DevelopmentAuthority.MakeOrRead(
                    Directory.CreateDirectory(Path.GetFullPath(result.GetValue(folder)!)).FullName, TimeProvider.System);
                var files = authority.Issue(result.GetValue(hosts) ?? [], TimeSpan.FromDays(result.GetValue(days))).ToList();
                Console.WriteLine(result.GetValue(json) ? JsonSerializer.Serialize(new { files }) : string.Join('\n', files));
                return ExitCodes.Ok;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException
                or ArgumentException)
            {
                await Console.Error.WriteLineAsync($"snakepit: {error.Message}");
                return ExitCodes.Failed;
            }
        });
        return command;
    }
}
