namespace Shop.Payments;

internal sealed record ChargeReceipt(Guid ChargeId, Guid OrderId);
