using System.Collections.Concurrent;
using System.Reflection;
using Snakepit.Access;
using Snakepit.Client.Security;
using Snakepit.Errors;

namespace Snakepit.Hosting.Access;

/// <summary>
/// Keeps clients from methods that are for silos and administrators. A client is a caller from outside: <see cref="OutsideGuard"/> sees to
/// it that it cannot call in the name of a grain. Methods of Orleans itself count as ours; the application's own grains are its affair.
/// Thread-safe.
/// </summary>
internal sealed class ManagementFilter(CertificateSource certificates, ManagementAudit audit, TimeProvider time)
    : IIncomingGrainCallFilter
{
    private static readonly Assembly Words = typeof(OpenToClientsAttribute).Assembly;

    private readonly ConcurrentDictionary<MethodInfo, bool> _isOpen = new();

    public Task Invoke(IIncomingGrainCallContext context) =>
        context.SourceId is { } source && IsOutside(source) && !context.TargetId.IsSystemTarget()
            && !_isOpen.GetOrAdd(context.InterfaceMethod, IsOpen)
            ? ManageAsync(context)
            : context.Invoke();

    private static bool IsOutside(GrainId source) => source.IsClient() && !OutsideRule.IsHosted(source.Key.AsSpan());

    private static bool IsOpen(MethodInfo method) =>
        method.IsDefined(typeof(OpenToClientsAttribute))
        || method.DeclaringType is not { } type
        || typeof(IGrainExtension).IsAssignableFrom(type) // cancels calls, reads results one by one
        || (type.Assembly != Words && type.Assembly.GetName().Name?.StartsWith("Orleans.", StringComparison.Ordinal) != true);

    private async Task ManageAsync(IIncomingGrainCallContext context)
    {
        if (Flaw(context, out var who) is { } flaw)
        {
            audit.Refused(context, flaw);
            throw new SnakepitException(
                SnakepitErrorCode.InvalidRequest,
                $"{context.InterfaceMethod.DeclaringType?.Name}.{context.InterfaceMethod.Name} is for administrators, and {flaw}.",
                Outcome.NotStarted);
        }

        try
        {
            await context.Invoke();
        }
        catch (Exception error)
        {
            audit.Failed(who, context, error);
            throw;
        }

        audit.Done(who, context);
    }

    private string? Flaw(IIncomingGrainCallContext context, out string who)
    {
        who = "";
        if (RequestContext.Get(AdminProof.ContextKey) is not byte[] proof)
            return "the caller has not signed it; a client signs with an administrator's certificate in Snakepit:Client:Tls";
        return AdminProof.Flaw(
            proof, AdminCalls.Call(context.TargetId, context.InterfaceMethod), certificates.Current.Authorities, time.GetUtcNow(), out who);
    }
}
