namespace Shop.Payments;

internal sealed record ChargeRequest(Guid OrderId, int AmountCents, string CardToken);
