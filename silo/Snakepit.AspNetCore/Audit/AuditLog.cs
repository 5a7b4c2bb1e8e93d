using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Access;
using Snakepit.Hosting.Access;

namespace Snakepit.AspNetCore.Audit;

/// <summary>
/// Writes a line for each request to stack, logs, profile, sessions, recycle, scale, drain or resume, also for one that the door refuses.
/// Thread-safe.
/// </summary>
/// <param name="loggers">Get the category <c>Snakepit.Audit</c>.</param>
/// <param name="path">The file; null for none.</param>
/// <param name="time">The clock.</param>
internal sealed class AuditLog(ILoggerFactory loggers, string? path, TimeProvider time)
{
    private const int MostParameters = 8;

    private readonly ILogger _logger = loggers.CreateLogger(AuditText.Category);
    private readonly AuditFile? _file = path is null ? null : new AuditFile(path);
    private readonly RefusalLimit _known = new(), _strangers = new(); // a stranger must not use up what callers with a key have

    /// <summary>Writes an attempt down.</summary>
    /// <param name="http">The request.</param>
    /// <param name="action">Its verb.</param>
    /// <param name="caller">Null when the door does not know it.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="status">Of the answer.</param>
    /// <param name="code">Of the problem; null when there is none.</param>
    public void Write(HttpContext http, string action, Caller? caller, AuditResult result, int status, string? code)
    {
        if (result == AuditResult.Refused && !MayWriteRefusal(caller is null ? _strangers : _known))
            return;
        var entry = new AuditEntry(
            time.GetUtcNow(), result, AuditText.Plain(caller?.Name ?? "unknown"), caller?.Kind.ToString().ToLowerInvariant() ?? "unknown",
            From(http.Connection.RemoteIpAddress), action, Target(http), Parameters(http), status, code);
        Log(entry);
        if (_file?.TryWrite(entry) is { } reason)
            AuditLines.Unwritten(_logger, path!, reason);
    }

    private void Log(AuditEntry entry)
    {
        var parameters = string.Join(' ', entry.Parameters.Select(pair => $"{pair.Key}={pair.Value}"));
        switch (entry.Result)
        {
            case AuditResult.Done:
                AuditLines.Done(
                    _logger, entry.Who, entry.How, entry.From, entry.Action, entry.Target, parameters, entry.Status);
                break;
            case AuditResult.Refused:
                AuditLines.Refused(
                    _logger, entry.Who, entry.How, entry.From, entry.Action, entry.Target, parameters, entry.Status, entry.Code ?? "");
                break;
            case AuditResult.Failed:
                AuditLines.Failed(
                    _logger, entry.Who, entry.How, entry.From, entry.Action, entry.Target, parameters, entry.Status, entry.Code ?? "");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(entry), entry.Result, "Unknown result.");
        }
    }

    /// <summary>None for a unix socket.</summary>
    private static string From(IPAddress? address) =>
        address is null ? "this machine" : $"{(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)}";

    private bool MayWriteRefusal(RefusalLimit limit)
    {
        var may = limit.MayWrite(out var skipped);
        if (skipped > 0)
            AuditLines.Skipped(_logger, skipped);
        return may;
    }

    private static string Target(HttpContext http) =>
        AuditText.Plain((http.Request.RouteValues["pool"] ?? http.Request.RouteValues["silo"])?.ToString() ?? "all pools");

    private static Dictionary<string, string> Parameters(HttpContext http)
    {
        var parameters = new Dictionary<string, string>();
        foreach (var (name, value) in http.Request.Query.Take(MostParameters))
            parameters[AuditText.Plain(name)] = AuditText.Plain(value.ToString());
        return parameters;
    }
}
