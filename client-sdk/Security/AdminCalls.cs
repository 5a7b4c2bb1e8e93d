using System.Reflection;
using Snakepit.Access;

namespace Snakepit.Client.Security;

/// <summary>Signs what only administrators may call, when the client's certificate is that of one. Thread-safe.</summary>
internal sealed class AdminCalls(CertificateSource certificates, TimeProvider time) : IOutgoingGrainCallFilter
{
    /// <summary>What a signature holds for.</summary>
    public static string Call(GrainId target, MethodInfo method) => $"{target} {method.DeclaringType!.FullName}.{method.Name}";

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.InterfaceMethod.IsDefined(typeof(OpenToClientsAttribute))
            || ClusterRoles.Of(certificates.Current.Own) != ClusterRole.Admin)
        {
            await context.Invoke().ConfigureAwait(false);
            return;
        }

        var call = Call(context.TargetId, context.InterfaceMethod);
        RequestContext.Set(AdminProof.ContextKey, AdminProof.Make(certificates.Current.Own, call, time.GetUtcNow()));
        try
        {
            await context.Invoke().ConfigureAwait(false);
        }
        finally
        {
            RequestContext.Remove(AdminProof.ContextKey);
        }
    }
}
